import { newGuest, newInstall, newMachine, randomMac, type Machine } from '../machine';
import type { ScannedDevice } from '../render/scan-xml';
import type { Story } from '../story';
import { trait, type Trait } from './trait';

/** Devices that others report: printers, switches, what a scan finds. */

export const addressOf = ({ random }: Story): string =>
  `10.${random.below(250)}.${random.below(250)}.${1 + random.below(250)}`;

export function aPrinter(story: Story): ScannedDevice {
  const { random, number } = story;
  return {
    type: 'PRINTER',
    manufacturer: 'Hewlett-Packard',
    model: 'HP LaserJet 400 M401dn',
    serial: `VNB${random.hex(7).toUpperCase()}`,
    mac: randomMac(random, '3c:52:82'),
    ip: addressOf(story),
    name: `prn-${number}`,
  };
}

export function aSwitch(story: Story): ScannedDevice {
  const { random, number } = story;
  const mac = randomMac(random, '00:1e:14');
  return {
    type: 'NETWORKING',
    manufacturer: 'Cisco',
    model: 'C2960',
    serial: `FOC${random.hex(8).toUpperCase()}`,
    mac,
    ip: addressOf(story),
    name: `sw-${number}`,
    ports: Array.from({ length: 24 }, () => randomMac(random, '00:1e:14')),
  };
}

/** A hypervisor asked over its API: an agent elsewhere sends it, under a deviceid of each run. */
function anEsx({ random, number }: Story, guest: Machine): Machine {
  const made = newMachine(random, number);
  const name = `esx-${number}`;
  return {
    ...made,
    name,
    os: { name: 'VMware ESXi 8.0.2', kernel: 'linux', installed: made.os.installed, booted: made.os.booted },
    softwares: [],
    agent: newInstall(random, name, 'glpi'),
    guests: [{ name: guest.name, uuid: guest.uuid ?? '' }],
  };
}

export const scannerOf = ({ random, number }: Story): string =>
  random.chance(0.3) ? 'foo' : `scan-${number}-2026-01-01-00-00-00`;

export const throughOthersTraits: readonly Trait[] = [
  trait('printer scanned', 4, 1, (story) => {
    const printer = aPrinter(story);
    const scanner = scannerOf(story);
    for (const day of [0, 1, 2]) story.snmp(story.device('printer'), printer, day, scanner);
  }),
  trait('printer changes its address', 2, 1, (story) => {
    const printer = aPrinter(story);
    const scanner = scannerOf(story);
    for (const day of [0, 1, 2]) {
      story.snmp(story.device('printer'), { ...printer, ip: addressOf(story) }, day, scanner);
    }
  }),
  trait('switch scanned', 2, 1, (story) => {
    const device = aSwitch(story);
    const scanner = scannerOf(story);
    for (const day of [0, 1, 2]) story.snmp(story.device('switch'), device, day, scanner);
  }),
  trait('discovered, then scanned', 3, 1, (story) => {
    const printer = aPrinter(story);
    const scanner = scannerOf(story);
    story.discovery(story.device('printer'), printer, 0, scanner);
    story.snmp(story.device('printer'), printer, 1, scanner);
    story.discovery(story.device('printer'), printer, 2, scanner);
  }),
  trait('discovered, then reports itself', 3, 1, (story) => {
    const machine = newMachine(story.random, story.number);
    const device = story.device('machine');
    const found: ScannedDevice = {
      type: 'COMPUTER',
      manufacturer: machine.manufacturer,
      model: machine.model,
      mac: machine.cards[0]?.mac,
      ip: addressOf(story),
      name: machine.name,
    };
    story.discovery(device, found, 0, scannerOf(story));
    story.full(device, machine, 1);
    story.full(device, machine, 2);
  }),
  trait('hypervisor and a guest that reports itself', 3, 2, (story) => {
    const guest = newGuest(story.random, story.number);
    const host = anEsx(story, guest);
    const deviceidOfRun = (day: number): Machine => ({
      ...host,
      agent: { ...host.agent, deviceid: `${host.name}-2026-03-0${2 + day}-04-00-0${day}` },
    });
    for (const day of [0, 1, 2]) {
      story.full(story.device('host'), deviceidOfRun(day), day);
      story.full(story.device('guest'), guest, day);
    }
  }),
  trait('phone, by discovery only', 2, 1, (story) => {
    const { random, number } = story;
    const phone: ScannedDevice = {
      type: 'PHONE',
      manufacturer: 'Yealink',
      model: 'SIP-T46U',
      mac: randomMac(random, '80:5e:c0'),
      ip: addressOf(story),
      name: `sip-${number}`,
    };
    for (const day of [0, 1, 2])
      story.discovery(story.device('phone'), { ...phone, ip: addressOf(story) }, day, scannerOf(story));
  }),
  trait('two printers of one name', 2, 2, (story) => {
    const first = aPrinter(story);
    const second = { ...aPrinter(story), name: first.name };
    const scanner = scannerOf(story);
    for (const day of [0, 1, 2]) {
      story.snmp(story.device('first'), first, day, scanner);
      story.snmp(story.device('second'), second, day, scanner);
    }
  }),
  trait('address handed from one device to another', 2, 2, (story) => {
    const first = aPrinter(story);
    const second = aPrinter(story);
    const scanner = scannerOf(story);
    story.snmp(story.device('first'), first, 0, scanner);
    story.snmp(story.device('second'), { ...second, ip: first.ip }, 1, scanner);
    story.snmp(story.device('first'), { ...first, ip: addressOf(story) }, 2, scanner);
    story.snmp(story.device('second'), { ...second, ip: first.ip }, 2, scanner);
  }),
];
