import { newInstall, newMachine, randomMac, type Machine } from '../machine';
import type { ScannedDevice } from '../render/scan-xml';
import type { Story } from '../story';
import { addressOf, aPrinter, aSwitch, scannerOf } from './through-others';
import { trait, type Trait } from './trait';

/** Stacks, storage, what nobody manages, and machines that a scan meets too. */

function aStack(story: Story): ScannedDevice {
  const { serial, ...made } = aSwitch(story);
  const others = [1, 2].map(() => `FOC${story.random.hex(8).toUpperCase()}`);
  return { ...made, serial, members: [serial ?? '', ...others] };
}

/** Another member answers for the stack, with its own serial. */
function ledBy(stack: ScannedDevice, place: number, mac = stack.mac): ScannedDevice {
  return { ...stack, serial: stack.members?.[place], mac };
}

function anEsxHost(story: Story, n: number, agentid: string): Machine {
  const made = newMachine(story.random, story.number);
  const name = `esx-${story.number}-${n}`;
  return {
    ...made,
    name,
    os: { name: 'VMware ESXi 7.0.3', kernel: 'linux', installed: made.os.installed, booted: made.os.booted },
    softwares: [],
    agent: { ...newInstall(story.random, name, 'glpi'), agentid },
  };
}

export const scannedNetworkTraits: readonly Trait[] = [
  trait('switch stack', 2, 1, (story) => {
    const stack = aStack(story);
    for (const day of [0, 1, 2]) story.snmp(story.device('stack'), stack, day, scannerOf(story));
  }),
  trait('switch stack, led by another member under the same address', 2, 1, (story) => {
    const stack = aStack(story);
    for (const [day, now] of [stack, ledBy(stack, 1), ledBy(stack, 1), stack].entries()) {
      story.snmp(story.device('stack'), now, day, scannerOf(story));
    }
  }),
  trait('switch stack, led by another member with its own card', 2, 1, (story) => {
    const stack = aStack(story);
    const other = ledBy(stack, 2, randomMac(story.random, '00:1e:14'));
    for (const [day, now] of [stack, other, other, stack].entries()) {
      story.snmp(story.device('stack'), now, day, scannerOf(story));
    }
  }),
  trait('switches of one delivery', 2, 3, (story) => {
    const [first, ...others] = [1, 2, 3].map(() => aSwitch(story));
    if (first === undefined) return;
    const prefix = first.serial?.slice(0, 9) ?? '';
    [first, ...others].forEach((device, i) => {
      const own = { ...device, serial: `${prefix}${10 + i}`, name: `sw-${story.number}-${i}` };
      for (const day of [0, 1, 2]) story.snmp(story.device(`switch${i}`), own, day, scannerOf(story));
    });
  }),
  trait('switch replaced at its address and under its name', 1, 2, (story) => {
    const old = aSwitch(story);
    const successor = { ...aSwitch(story), ip: old.ip, name: old.name };
    for (const day of [0, 1]) story.snmp(story.device('old'), old, day, scannerOf(story));
    for (const day of [2, 3]) story.snmp(story.device('successor'), successor, day, scannerOf(story));
  }),
  trait('storage scanned', 1, 1, (story) => {
    const storage: ScannedDevice = {
      ...aPrinter(story),
      type: 'STORAGE',
      manufacturer: 'Synology',
      model: 'RS1221+',
      name: `nas-${story.number}`,
    };
    for (const day of [0, 1, 2]) story.snmp(story.device('storage'), storage, day, scannerOf(story));
  }),
  trait('unmanaged, with a card', 2, 2, (story) => {
    for (const name of ['first', 'second']) {
      const mac = randomMac(story.random, 'b8:27:eb');
      const found: ScannedDevice = { manufacturer: 'Raspberry Pi', model: '', mac, ip: '' };
      for (const day of [0, 1, 2])
        story.discovery(story.device(name), { ...found, ip: addressOf(story) }, day, scannerOf(story));
    }
  }),
  trait('unmanaged, by address and name', 2, 2, (story) => {
    for (const name of ['first', 'second']) {
      const found: ScannedDevice = {
        manufacturer: '',
        model: '',
        ip: addressOf(story),
        name: `${name}-${story.number}`,
      };
      for (const day of [0, 1, 2]) story.discovery(story.device(name), found, day, scannerOf(story));
    }
  }),
  trait('printer without a serial', 2, 1, (story) => {
    const printer = { ...aPrinter(story), serial: undefined };
    for (const day of [0, 1, 2])
      story.snmp(story.device('printer'), { ...printer, ip: addressOf(story) }, day, scannerOf(story));
  }),
  trait("printer's network card replaced", 1, 1, (story) => {
    const printer = aPrinter(story);
    const repaired = { ...printer, mac: randomMac(story.random, '3c:52:82') };
    for (const [day, now] of [printer, printer, repaired, repaired].entries())
      story.snmp(story.device('printer'), now, day, scannerOf(story));
  }),
  trait('machine that reports itself, met by a scan', 2, 1, (story) => {
    const machine = newMachine(story.random, story.number);
    const found: ScannedDevice = {
      type: 'COMPUTER',
      manufacturer: machine.manufacturer,
      model: machine.model,
      mac: machine.cards[0]?.mac,
      ip: addressOf(story),
      name: machine.name,
    };
    for (const day of [0, 1, 2]) {
      story.full(story.device('machine'), machine, day);
      if (day > 0) story.discovery(story.device('machine'), found, day, scannerOf(story));
    }
  }),
  trait('hosts that one agent asks over their API', 2, 3, (story) => {
    const agentid = story.random.uuid();
    const hosts = [1, 2, 3].map((n) => anEsxHost(story, n, agentid));
    for (const day of [0, 1, 2]) {
      hosts.forEach((host, i) => {
        const deviceid = `${host.name}-2026-03-0${2 + day}-05-00-0${i}`;
        story.full(story.device(`host${i}`), { ...host, agent: { ...host.agent, deviceid } }, day);
      });
    }
  }),
];
