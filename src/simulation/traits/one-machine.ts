import { newGuest, newInstall, newMachine, newSystem, localMac, randomMac, type Machine } from '../machine';
import type { Story } from '../story';
import { trait, type Trait } from './trait';

/** Things that happen to one machine, which must stay one asset. */

/** The machine before and after, each inventoried twice. */
function change(after: (machine: Machine, story: Story) => Machine, make = newMachine) {
  return (story: Story): void => {
    const device = story.device('machine');
    const before = make(story.random, story.number);
    const changed = after(before, story);
    story.full(device, before, 0);
    story.full(device, before, 1);
    story.full(device, changed, 2);
    story.full(device, changed, 3);
  };
}

const reinstalled = (machine: Machine, { random }: Story, name = machine.name): Machine => ({
  ...machine,
  name,
  os: { ...newSystem(random, 2), installed: `2026-03-03 0${1 + random.below(8)}:00:00` },
  agent: newInstall(random, name, machine.agent.brand),
});

/** The first three fields with their bytes in the other order. */
export function swapped(uuid: string | undefined): string | undefined {
  const [a = '', b = '', c = '', ...rest] = uuid?.split('-') ?? [];
  const turned = [a, b, c].map((field) => (field.match(/../g) ?? []).reverse().join(''));
  return uuid === undefined ? undefined : [...turned, ...rest].join('-');
}

const fillers = {
  serial: ['To Be Filled By O.E.M.', 'Default string', 'System Serial Number', '0', 'None'],
  uuid: ['00000000-0000-0000-0000-000000000000', '03000200-0400-0500-0006-000700080009'],
} as const;

/** A machine built from parts: numbers that say nothing. */
export function whitebox(machine: Machine, { random }: Story): Machine {
  return {
    ...machine,
    serial: random.pick(fillers.serial),
    uuid: random.pick(fillers.uuid),
    boardSerial: undefined,
  };
}

const randomised = (machine: Machine, { random }: Story): Machine => ({
  ...machine,
  cards: [
    {
      name: 'wlp2s0',
      mac: localMac(random),
      type: 'wifi',
    },
  ],
});

export const oneMachineTraits: readonly Trait[] = [
  trait('daily inventories', 30, 1, (story) => {
    const device = story.device('machine');
    const machine = newMachine(story.random, story.number);
    for (const day of [0, 1, 2, 3]) story.full(device, machine, day);
  }),
  trait('partials without networks', 8, 1, (story) => {
    const device = story.device('machine');
    const made = newMachine(story.random, story.number);
    const machine = { ...made, agent: newInstall(story.random, made.name, 'glpi') };
    story.full(device, machine, 0);
    for (const day of [1, 2, 3]) story.partial(device, machine, day);
  }),
  trait(
    'hostname change',
    3,
    1,
    change((machine) => ({ ...machine, name: `${machine.name}-new` })),
  ),
  trait(
    're-image, same name',
    3,
    1,
    change((machine, story) => reinstalled(machine, story)),
  ),
  trait(
    're-image, new name',
    3,
    1,
    change((machine, story) => reinstalled(machine, story, `re-${story.number}-${story.random.hex(3)}`)),
  ),
  trait(
    'network card replaced',
    2,
    1,
    change((machine, { random }) => ({
      ...machine,
      cards: [{ name: 'eth0', mac: randomMac(random, '00:1b:21'), type: 'ethernet' }],
    })),
  ),
  trait(
    'mainboard replaced',
    2,
    1,
    change((machine, { random }) => ({
      ...machine,
      uuid: random.uuid(),
      boardSerial: `/${random.hex(7).toUpperCase()}/`,
      cards: [{ name: 'eth0', mac: randomMac(random, '8c:ec:4b'), type: 'ethernet' }],
    })),
  ),
  trait('randomised Wi-Fi address', 3, 1, (story) => {
    const device = story.device('machine');
    const machine = newMachine(story.random, story.number);
    for (const day of [0, 1, 2, 3]) story.full(device, randomised(machine, story), day);
  }),
  trait(
    'change of agent brand',
    4,
    1,
    change((machine, { random }) => {
      const brand = random.pick(
        (['glpi', 'fusioninventory', 'ocs'] as const).filter((one) => one !== machine.agent.brand),
      );
      return {
        ...machine,
        serial: machine.serial === undefined ? undefined : ` ${machine.serial}  `,
        agent: newInstall(random, machine.name, brand),
      };
    }),
  ),
  trait(
    'uuid in the other byte order',
    2,
    1,
    change((machine, story) => ({ ...reinstalled(machine, story), uuid: swapped(machine.uuid) })),
  ),
  trait(
    'guest re-imaged',
    3,
    1,
    change((machine, story) => reinstalled(machine, story), newGuest),
  ),
  trait('filler numbers, card replaced', 2, 1, (story) => {
    const device = story.device('machine');
    const machine = whitebox(newMachine(story.random, story.number), story);
    const changed: Machine = {
      ...machine,
      cards: [{ name: 'eth0', mac: randomMac(story.random), type: 'ethernet' }],
    };
    for (const [day, now] of [machine, machine, changed, changed].entries()) story.full(device, now, day);
  }),
  trait('two cards seen alternately', 2, 1, (story) => {
    const device = story.device('machine');
    const machine = newMachine(story.random, story.number);
    const wired: Machine = {
      ...machine,
      cards: [{ name: 'eth0', mac: randomMac(story.random), type: 'ethernet' }],
    };
    const wireless: Machine = {
      ...machine,
      cards: [{ name: 'wlan0', mac: randomMac(story.random), type: 'wifi' }],
    };
    for (const [day, now] of [wired, wireless, wired, wireless].entries()) story.full(device, now, day);
  }),
  trait('dual boot', 2, 1, (story) => {
    const device = story.device('machine');
    const machine = newMachine(story.random, story.number);
    const other: Machine = {
      ...machine,
      name: story.random.chance(0.5) ? machine.name : `${machine.name}-w`,
      uuid: swapped(machine.uuid),
      os: newSystem(story.random, 0),
      agent: newInstall(story.random, machine.name, machine.agent.brand),
    };
    for (const [day, now] of [machine, other, machine, other].entries()) story.full(device, now, day);
  }),
  trait('same inventory sent twice', 2, 1, (story) => {
    const device = story.device('machine');
    const machine = newMachine(story.random, story.number);
    for (const day of [0, 1]) {
      story.full(device, machine, day);
      story.repeat();
    }
  }),
];
