import {
  newGuest,
  newInstall,
  newMachine,
  newSystem,
  timeOf,
  type AgentBrand,
  type Machine,
} from '../machine';
import type { Story } from '../story';
import { swapped } from './one-machine';
import { trait, type Trait } from './trait';

/** One machine, told differently: by another version, by another agent, by a run that saw less. */

/** One full inventory a day, the machine as each day shows it. */
function dayByDay(make: (story: Story) => readonly Machine[]) {
  return (story: Story): void => {
    for (const [day, machine] of make(story).entries()) story.full(story.device('machine'), machine, day);
  };
}

const macSpellings: readonly ((mac: string) => string)[] = [
  (mac) => mac.toUpperCase(),
  (mac) => mac.replaceAll(':', '-'),
  (mac) => mac.toUpperCase().replaceAll(':', '-'),
  (mac) => mac.replaceAll(':', ''),
  (mac) => mac.replaceAll(':', '').replace(/(....)(?!$)/g, '$1.'),
];

const uuidSpellings: readonly ((uuid: string) => string)[] = [
  (uuid) => uuid.toUpperCase(),
  (uuid) => `{${uuid}}`,
  (uuid) => uuid.replaceAll('-', ''),
  (uuid) => swapped(uuid) ?? '',
  (uuid) => ` ${uuid.toUpperCase()} `,
];

/** The same machine as another agent would write it. */
export function respelt(machine: Machine, { random }: Story): Machine {
  const spellMac = random.pick(macSpellings);
  const { serial, uuid, name } = machine;
  return {
    ...machine,
    serial: serial === undefined ? undefined : random.pick([serial, ` ${serial}  `, serial.toLowerCase()]),
    uuid: uuid === undefined ? undefined : random.pick(uuidSpellings)(uuid),
    name: random.pick([name, name.toUpperCase(), `${name}.corp.example`]),
    cards: random.shuffled(machine.cards).map((card) => ({ ...card, mac: spellMac(card.mac) })),
  };
}

/** The next start of the machine, so many days later. */
export const restarted = (machine: Machine, { random }: Story, day: number): Machine => ({
  ...machine,
  os: { ...machine.os, booted: timeOf(day, random) },
});

const withBrand = (machine: Machine, { random }: Story, brand: AgentBrand): Machine => ({
  ...machine,
  agent: newInstall(random, machine.name, brand),
});

/** Another deviceid and another agentid, nothing else: the agent's state folder was lost. */
const stateLost = (machine: Machine, story: Story): Machine => withBrand(machine, story, machine.agent.brand);

export const spellingTraits: readonly Trait[] = [
  trait(
    'spelt differently each day',
    3,
    1,
    dayByDay((story) => {
      const machine = story.random.pick([newMachine, newGuest])(story.random, story.number);
      return [machine, respelt(machine, story), respelt(machine, story), respelt(machine, story)];
    }),
  ),
  trait(
    "HP's serial with and without its S",
    2,
    1,
    dayByDay((story) => {
      const made = newMachine(story.random, story.number);
      const serial = `CZC${story.random.hex(7).toUpperCase()}`;
      const machine = { ...made, manufacturer: 'Hewlett-Packard', model: 'HP Compaq 8200 Elite', serial };
      const padded = { ...stateLost(machine, story), serial: `S${serial}    ` };
      return [machine, padded, machine, { ...padded, serial: `s${serial}` }];
    }),
  ),
  trait(
    'serial on the board only',
    2,
    1,
    dayByDay((story) => {
      const made = newMachine(story.random, story.number);
      const machine: Machine = {
        ...made,
        serial: story.random.chance(0.5) ? undefined : 'System Serial Number',
      };
      return [machine, machine, stateLost(machine, story)];
    }),
  ),
  trait(
    'serial on the chassis only',
    2,
    1,
    dayByDay((story) => {
      const made = newMachine(story.random, story.number);
      const machine: Machine = {
        ...made,
        serial: undefined,
        boardSerial: undefined,
        chassisSerial: made.serial,
      };
      return [machine, machine, { ...machine, serial: made.serial, agent: stateLost(machine, story).agent }];
    }),
  ),
  trait(
    'no BIOS section',
    2,
    1,
    dayByDay((story) => {
      const machine: Machine = { ...newMachine(story.random, story.number), lacksBios: true };
      return [machine, machine, stateLost(machine, story), { ...machine, lacksBios: false }];
    }),
  ),
  trait(
    'no uuid',
    2,
    1,
    dayByDay((story) => {
      const machine: Machine = { ...newMachine(story.random, story.number), uuid: undefined };
      return [machine, machine, stateLost(machine, story)];
    }),
  ),
  trait(
    'no network listed',
    1,
    1,
    dayByDay((story) => {
      const machine: Machine = { ...newMachine(story.random, story.number), cards: [] };
      return [machine, machine, { ...machine, name: `${machine.name}-x` }];
    }),
  ),
  trait('numbers unread once', 1, 1, (story) => {
    const device = story.device('machine');
    const machine = newMachine(story.random, story.number);
    story.full(device, machine, 0);
    story.full(device, { ...machine, uuid: undefined, lacksBios: true }, 1, { expected: 'free' });
    story.full(device, machine, 2);
  }),
  trait(
    'agent succeeded by GLPI Agent under the same deviceid',
    2,
    1,
    dayByDay((story) => {
      const made = newMachine(story.random, story.number);
      const machine = withBrand(made, story, 'fusioninventory');
      const agentid = story.random.uuid();
      const upgraded: Machine = { ...machine, agent: { ...machine.agent, brand: 'glpi', agentid } };
      return [machine, machine, upgraded, upgraded];
    }),
  ),
  trait(
    "agent's state lost, twice",
    2,
    1,
    dayByDay((story) => {
      const machine = story.random.pick([newMachine, newGuest])(story.random, story.number);
      const [once, twice] = [stateLost(machine, story), stateLost(machine, story)];
      return [machine, once, twice, twice];
    }),
  ),
  trait('two agents on one system', 2, 1, (story) => {
    const device = story.device('machine');
    const machine = withBrand(newMachine(story.random, story.number), story, 'glpi');
    const other = withBrand(machine, story, story.random.pick(['ocs', 'fusioninventory'] as const));
    for (const day of [0, 1, 2]) {
      if (day === 0) story.full(device, machine, day);
      else story.partial(device, machine, day);
      story.full(device, other, day);
    }
  }),
  trait('back after years', 1, 1, (story) => {
    const device = story.device('machine');
    // In the past, because no clock is believed that is ahead.
    const machine = { ...newMachine(story.random, story.number), os: newSystem(story.random, -800) };
    story.full(device, machine, -800);
    const later = { ...restarted(machine, story, -400), softwares: newMachine(story.random, 0).softwares };
    story.full(device, later, -400);
    const anew = { ...stateLost(later, story), os: newSystem(story.random, 0) };
    story.full(device, anew, 0);
  }),
];
