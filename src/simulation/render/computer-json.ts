import type { Machine } from '../machine';

export interface RenderOptions {
  /** `YYYY-MM-DD hh:mm:ss` of the run. */
  readonly at: string;
  readonly tag?: string | undefined;
  readonly isPartial?: boolean;
  /** A partial has networks only when they changed. */
  readonly withNetworks?: boolean;
  /** Changes with each run: free space, uptime. */
  readonly noise: number;
}

/** A GLPI Agent's inventory. A partial holds bios, hardware and one changed section, and no networks. */
export function computerJson(machine: Machine, options: RenderOptions): string {
  const { isPartial = false, tag } = options;
  const content = isPartial ? partialContent(machine, options) : fullContent(machine, options);
  return JSON.stringify({
    action: 'inventory',
    content,
    deviceid: machine.agent.deviceid,
    itemtype: 'Computer',
    ...(isPartial ? { partial: true } : {}),
    ...(tag === undefined ? {} : { tag }),
  });
}

function partialContent(machine: Machine, options: RenderOptions) {
  return {
    accesslog: { logdate: options.at },
    ...biosOf(machine),
    hardware: hardwareOf(machine),
    drives: drivesOf(machine, options),
    ...(options.withNetworks === true ? { networks: networksOf(machine) } : {}),
    versionclient: 'GLPI-Agent_v1.11',
  };
}

function fullContent(machine: Machine, options: RenderOptions) {
  const { os, softwares, guests } = machine;
  return {
    accesslog: { logdate: options.at },
    ...biosOf(machine),
    cpus: [
      { name: 'Intel(R) Core(TM) i7-10700 CPU @ 2.90GHz', core: 8, thread: 16, speed: 2900, arch: 'x86_64' },
    ],
    drives: drivesOf(machine, options),
    hardware: hardwareOf(machine),
    memories: [{ capacity: 16384, caption: 'DIMM1', numslots: 1, type: 'DDR4' }],
    networks: networksOf(machine),
    operatingsystem: {
      name: os.name,
      full_name: os.name,
      kernel_name: os.kernel,
      install_date: os.installed,
      boot_time: os.booted,
      ...(machine.domain === undefined ? {} : { fqdn: `${machine.name}.${machine.domain}` }),
      ...(os.sshKey === undefined ? {} : { ssh_key: os.sshKey }),
    },
    softwares: softwares.map((product) => {
      const [name, version] = product.split('-');
      return { name, version, from: os.kernel === 'linux' ? 'deb' : 'registry' };
    }),
    ...(guests === undefined
      ? {}
      : {
          virtualmachines: guests.map((guest) => ({
            ...guest,
            vmtype: 'VMware',
            status: 'running',
            vcpu: 2,
            memory: 4096,
          })),
        }),
    versionclient: 'GLPI-Agent_v1.11',
  };
}

function networksOf({ cards }: Machine) {
  return cards.map(({ name, mac, type, isVirtual = false }, i) => ({
    description: name,
    mac,
    status: 'up',
    type,
    virtualdev: isVirtual,
    ipaddress: type === 'loopback' ? '127.0.0.1' : `192.0.2.${10 + i}`,
  }));
}

function biosOf(machine: Machine) {
  const { serial, boardSerial, chassisSerial, manufacturer, model, lacksBios = false } = machine;
  if (lacksBios) return {};
  return {
    bios: {
      smanufacturer: manufacturer,
      smodel: model,
      ...(serial === undefined ? {} : { ssn: serial }),
      ...(boardSerial === undefined ? {} : { msn: boardSerial }),
      ...(chassisSerial === undefined ? {} : { enclosureserial: chassisSerial }),
    },
  };
}

function hardwareOf({ name, uuid, vmSystem = 'Physical', domain }: Machine) {
  return {
    name,
    ...(uuid === undefined ? {} : { uuid }),
    vmsystem: vmSystem,
    memory: 15872,
    ...(domain === undefined ? {} : { workgroup: domain }),
  };
}

function drivesOf({ os }: Machine, { noise }: RenderOptions) {
  return [{ type: os.kernel === 'linux' ? '/' : 'C:', total: 486_903, free: 300_000 + noise }];
}
