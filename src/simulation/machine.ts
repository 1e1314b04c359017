import type { Random } from './random';

export type AgentBrand = 'glpi' | 'fusioninventory' | 'ocs';

export interface Card {
  readonly name: string;
  readonly mac: string;
  readonly type: 'ethernet' | 'wifi' | 'bridge' | 'loopback';
  /** Of an interface without hardware of its own. */
  readonly isVirtual?: boolean;
}

/** A computer as it is: what its agent reports follows from it. What is undefined is not reported. */
export interface Machine {
  readonly serial?: string | undefined;
  readonly uuid?: string | undefined;
  readonly manufacturer: string;
  readonly model: string;
  readonly boardSerial?: string | undefined;
  readonly chassisSerial?: string | undefined;
  readonly vmSystem?: string;
  readonly cards: readonly Card[];
  readonly name: string;
  readonly domain?: string;
  readonly os: OperatingSystem;
  readonly softwares: readonly string[];
  readonly agent: Install;
  /** Guests that a hypervisor runs, as it lists them. */
  readonly guests?: readonly Guest[];
  /** The agent could not read its BIOS: the section is not sent. */
  readonly lacksBios?: boolean;
}

export interface Guest {
  readonly name: string;
  readonly uuid: string;
}

export interface OperatingSystem {
  readonly name: string;
  readonly kernel: 'linux' | 'MSWin32' | 'darwin';
  /** `YYYY-MM-DD hh:mm:ss`. */
  readonly installed: string;
  readonly booted: string;
  readonly sshKey?: string | undefined;
}

export interface Install {
  readonly brand: AgentBrand;
  readonly deviceid: string;
  /** Only GLPI Agent has one. */
  readonly agentid?: string | undefined;
}

interface Make {
  readonly manufacturer: string;
  readonly models: readonly string[];
  readonly serial: (random: Random) => string;
  readonly oui: string;
}

const upper = (random: Random, length: number): string =>
  Array.from({ length }, () => '0123456789BCDFGHJKLMNPQRSTVWXYZ'.charAt(random.below(31))).join('');

const makes: readonly Make[] = [
  {
    manufacturer: 'Dell Inc.',
    models: ['OptiPlex 7090', 'Latitude 5420'],
    serial: (r) => `${upper(r, 6)}3`,
    oui: '8c:ec:4b',
  },
  {
    manufacturer: 'LENOVO',
    models: ['20XWCTO1WW', '11DT003BGE'],
    serial: (r) => `PF${upper(r, 6)}`,
    oui: '54:05:db',
  },
  {
    manufacturer: 'HP',
    models: ['HP EliteBook 840 G8', 'HP ProDesk 600 G6'],
    serial: (r) => `5CG${upper(r, 7)}`,
    oui: '3c:52:82',
  },
  {
    manufacturer: 'FUJITSU',
    models: ['ESPRIMO Q558', 'LIFEBOOK U7511'],
    serial: (r) => `YM${upper(r, 8)}`,
    oui: '4c:52:62',
  },
];

const systems: readonly Pick<OperatingSystem, 'name' | 'kernel'>[] = [
  { name: 'Debian GNU/Linux 12 (bookworm)', kernel: 'linux' },
  { name: 'Ubuntu 24.04.1 LTS', kernel: 'linux' },
  { name: 'Microsoft Windows 11 Professionnel', kernel: 'MSWin32' },
  { name: 'Microsoft Windows 10 Enterprise', kernel: 'MSWin32' },
];

const products = [
  'bash',
  'firefox',
  'libreoffice',
  'openssl',
  'python3',
  'perl',
  'vlc',
  'gimp',
  'git',
  'curl',
];

export function randomMac(random: Random, oui = '00:1b:21'): string {
  return `${oui}:${random.hex(2)}:${random.hex(2)}:${random.hex(2)}`;
}

/** An address set by software, as phones, random Wi-Fi and container engines make them up. */
export function localMac(random: Random): string {
  const first = `${random.hex(1)}${random.pick(['2', '6', 'a', 'e'])}`;
  return [first, ...Array.from({ length: 5 }, () => random.hex(2))].join(':');
}

/** A physical machine that shares nothing with another, except by chance. */
export function newMachine(random: Random, number: number): Machine {
  const make = random.pick(makes);
  const name = `${random.pick(['pc', 'lap', 'ws', 'srv'])}-${number}-${random.hex(3)}`;
  return {
    serial: make.serial(random),
    uuid: random.uuid(),
    manufacturer: make.manufacturer,
    model: random.pick(make.models),
    boardSerial: `/${upper(random, 7)}/CN${upper(random, 10)}/`,
    cards: [
      { name: 'eth0', mac: randomMac(random, make.oui), type: 'ethernet' },
      ...(random.chance(0.5)
        ? [{ name: 'wlan0', mac: randomMac(random, make.oui), type: 'wifi' } as const]
        : []),
    ],
    name,
    ...(random.chance(0.6) ? { domain: 'corp.example' } : {}),
    os: newSystem(random, 0),
    softwares: products.map((product) => `${product}-${random.below(9)}.${random.below(20)}`),
    agent: newInstall(random, name, random.pick(['glpi', 'glpi', 'glpi', 'fusioninventory', 'ocs'])),
  };
}

/** A guest of a hypervisor: its serial repeats its uuid, or it has none. */
export function newGuest(random: Random, number: number): Machine {
  const physical = newMachine(random, number);
  const isVmware = random.chance(0.5);
  const uuid = random.uuid();
  return {
    ...physical,
    uuid,
    serial: isVmware ? vmwareSerial(uuid) : undefined,
    boardSerial: isVmware ? 'None' : undefined,
    manufacturer: isVmware ? 'VMware, Inc.' : 'QEMU',
    model: isVmware ? 'VMware Virtual Platform' : 'Standard PC (Q35 + ICH9, 2009)',
    vmSystem: isVmware ? 'VMware' : 'QEMU',
    cards: [{ name: 'eth0', mac: randomMac(random, isVmware ? '00:0c:29' : '52:54:00'), type: 'ethernet' }],
  };
}

/** `VMware-56 4d 1f 3a 9b 0c 2d 4e-5f 60 71 82 93 a4 b5 c6`. */
function vmwareSerial(uuid: string): string {
  const pairs = uuid.replaceAll('-', '').match(/../g) ?? [];
  return `VMware-${pairs.slice(0, 8).join(' ')}-${pairs.slice(8).join(' ')}`;
}

export function newSystem(random: Random, day: number): OperatingSystem {
  return {
    ...random.pick(systems),
    installed: timeOf(day - 200 - random.below(300), random),
    booted: timeOf(day - random.below(5), random),
    sshKey: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${random.hex(40)}`,
  };
}

export function newInstall(random: Random, name: string, brand: AgentBrand): Install {
  const stamp = timeOf(-random.below(200), random).replace(/[ :]/g, '-');
  return {
    brand,
    deviceid: `${name}-${stamp}`,
    agentid: brand === 'glpi' ? random.uuid() : undefined,
  };
}

/** Day 0 of every simulation; agents' clocks start here. */
const firstDayMs = Date.UTC(2026, 2, 2, 6, 0, 0);
const dayMs = 86_400_000;

/** `YYYY-MM-DD hh:mm:ss`, at some time of the simulated day. */
export function timeOf(day: number, random: Random): string {
  return timeIn(day, random.below(12 * 3600));
}

/** So many seconds after the beginning of the simulated day. */
export function timeIn(day: number, seconds: number): string {
  const at = new Date(firstDayMs + day * dayMs + seconds * 1000);
  return at.toISOString().slice(0, 19).replace('T', ' ');
}
