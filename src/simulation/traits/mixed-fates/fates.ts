import { newGuest, newInstall, newMachine, newSystem, randomMac, type Machine } from '../../machine';
import type { Random } from '../../random';
import { ethernet } from '../offices';
import { whitebox } from '../one-machine';
import { restarted } from '../spellings';
import { change, join, type Fated, type Office } from './office';

type Fate = (one: Fated, office: Office, day: number) => void;

/** Quiet days are the most frequent fate. */
const fates: readonly (readonly [number, Fate])[] = [
  [30, (one, { story }, day) => (one.machine = restarted(one.machine, story, day))],
  [8, rename],
  [6, loseState],
  [6, reimage],
  [5, changeBrand],
  [5, replaceCard],
  [4, addCard],
  [3, replaceBoard],
  [3, swapNames],
  [2, moveCard],
  [2, swapDisks],
  [2, succeed],
  [2, deployImage],
  [2, cloneGuest],
];

export function draw(random: Random): Fate {
  let left = random.fraction() * fates.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, fate] of fates) {
    left -= weight;
    if (left < 0) return fate;
  }
  return () => undefined;
}

function rename(one: Fated, { story }: Office): void {
  change(one, { name: `${one.machine.name.slice(0, 20)}-${story.random.hex(2)}` });
}

function loseState(one: Fated, { story }: Office): void {
  change(one, { agent: newInstall(story.random, one.machine.name, one.machine.agent.brand) });
}

function reimage(one: Fated, office: Office, day: number): void {
  const { random } = office.story;
  const name = random.chance(0.3) ? `re-${office.story.number}-${random.hex(4)}` : one.machine.name;
  const agent = newInstall(random, name, one.machine.agent.brand);
  change(one, { name, agent, os: newSystem(random, day + 200) });
  one.machine = { ...one.machine, os: { ...one.machine.os, installed: dayText(day) } };
  one.machine = restarted(one.machine, office.story, day);
}

/** Later than all former ones: a machine is not installed before it was. */
const dayText = (day: number): string => `2026-03-0${1 + day} 05:00:00`;

function changeBrand(one: Fated, { story: { random } }: Office): void {
  const brand = random.pick(
    (['glpi', 'fusioninventory', 'ocs'] as const).filter((other) => other !== one.machine.agent.brand),
  );
  change(one, { agent: newInstall(random, one.machine.name, brand) });
}

function replaceCard(one: Fated, { story: { random } }: Office): void {
  change(one, { cards: [ethernet(randomMac(random))] });
}

function addCard(one: Fated, { story: { random } }: Office): void {
  change(one, { cards: [ethernet(randomMac(random), 'eth1'), ...one.machine.cards] });
}

function replaceBoard(one: Fated, { story: { random } }: Office): void {
  if (one.kind === 'branded') change(one, { uuid: random.uuid(), cards: [ethernet(randomMac(random))] });
}

function another(one: Fated, { machines, story }: Office, kind = one.kind): Fated | undefined {
  const others = machines.filter((other) => other !== one && other.kind === kind);
  return others.length === 0 ? undefined : story.random.pick(others);
}

function swapNames(one: Fated, office: Office): void {
  const other = another(one, office);
  if (other === undefined) return;
  const { name } = one.machine;
  change(one, { name: other.machine.name });
  change(other, { name });
}

function moveCard(one: Fated, office: Office): void {
  const other = another(one, office);
  const [first, ...rest] = one.machine.cards;
  if (other === undefined || first === undefined || rest.length === 0) return;
  change(one, { cards: rest });
  change(other, { cards: [...other.machine.cards, first] });
}

/** The system with its agent goes to the other machine, and the other's comes here. */
function swapDisks(one: Fated, office: Office): void {
  const other = one.kind === 'branded' ? another(one, office) : undefined;
  if (other === undefined) return;
  const disk = ({ os, name, softwares, agent }: Machine) => ({ os, name, softwares, agent });
  const [mine, theirs] = [disk(one.machine), disk(other.machine)];
  change(one, theirs);
  change(other, mine);
}

/** A new machine takes over the name of an old one, which stays away or gets another name. */
function succeed(one: Fated, office: Office, day: number): void {
  if (one.kind === 'guest' || office.machines.length > 12) return;
  const { random, number } = office.story;
  const made = newMachine(random, number);
  const fresh = one.kind === 'whitebox' ? whitebox(made, office.story) : made;
  const { name } = one.machine;
  const successor = { ...fresh, name, agent: newInstall(random, name, made.agent.brand) };
  join(office, one.kind, restarted(successor, office.story, day));
  rename(one, office);
}

/** A new machine starts from a copy of this one's system, its agent in it, under a name of its own. */
function deployImage(one: Fated, office: Office): void {
  if (one.kind !== 'branded' || office.machines.length > 12) return;
  const { random, number } = office.story;
  const made = newMachine(random, number);
  const { os, softwares, agent } = one.machine;
  join(office, 'branded', { ...made, os, softwares, agent });
}

/** With its agent and its name: from then on nobody can tell which of the two is the one that was known. */
function cloneGuest(one: Fated, office: Office): void {
  if (one.kind !== 'guest' || office.machines.length > 12) return;
  const { random, number } = office.story;
  const twin = newGuest(random, number);
  const copy = { ...one.machine, uuid: twin.uuid, serial: twin.serial, cards: twin.cards };
  join(office, 'guest', copy).isFree = true;
  one.isFree = true;
}
