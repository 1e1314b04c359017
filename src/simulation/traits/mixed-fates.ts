import { localMac, newGuest, newInstall, newMachine, newSystem, randomMac, type Machine } from '../machine';
import type { Random } from '../random';
import type { Story } from '../story';
import { delivery, ethernet } from './offices';
import { whitebox } from './one-machine';
import { respelt, restarted } from './spellings';
import { trait, type Trait } from './trait';

/**
 * An office in which anything may happen to any machine, one thing after the other and to several at once. What must be
 * recognised follows from what its machine showed before, by the rule that stands in docs/matching.md: two independent
 * factors. What shows less is free to be held, and so is all that its machine sends from then on.
 */

/** A machine and what is known of it by those messages that had to be taken. */
interface Fated {
  readonly device: string;
  readonly kind: 'branded' | 'whitebox' | 'guest';
  machine: Machine;
  isFree: boolean;
  /** Its agent may send parts: the last message was of the machine as it is. */
  mayPart: boolean;
  readonly cards: Set<string>;
  readonly installs: Set<string>;
  readonly names: Set<string>;
  readonly uuids: Set<string>;
  /** All that it ever showed, whether it had to be taken or not: it may have been. */
  readonly shownInstalls: Set<string>;
  readonly shownNames: Set<string>;
  readonly shownCards: Set<string>;
  /** As it was shown last. */
  last?: Machine;
}

interface Office {
  readonly story: Story;
  readonly machines: Fated[];
  readonly docks: readonly string[];
}

type Fate = (one: Fated, office: Office, day: number) => void;

const days = 8;

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

export const mixedFateTraits: readonly Trait[] = [
  trait('an office and its fates', 12, 8, (story) => {
    const office = open(story);
    sendAll(office, 0);
    for (let day = 1; day < days; day++) {
      // Those who come today are met tomorrow.
      for (const one of [...office.machines]) {
        if (story.random.chance(0.15)) continue;
        const count = story.random.chance(0.1) ? 2 : 1;
        for (let n = 0; n < count; n++) draw(story.random)(one, office, day);
      }
      sendAll(office, day);
    }
  }),
];

function open(story: Story): Office {
  const { random } = story;
  const branded = delivery(story, 2 + random.below(4));
  const whiteboxes = delivery(story, random.below(3)).map((machine) => whitebox(machine, story));
  const guests = Array.from({ length: random.below(3) }, () => newGuest(random, story.number));
  const office: Office = {
    story,
    machines: [],
    docks: [0, 1].map(() => randomMac(random, '48:2a:e3')),
  };
  for (const machine of branded) join(office, 'branded', machine);
  for (const machine of whiteboxes) {
    const name = `wb-${machine.name}`;
    join(office, 'whitebox', { ...machine, name, agent: newInstall(random, name, machine.agent.brand) });
  }
  for (const machine of guests) join(office, 'guest', machine);
  return office;
}

function join({ story, machines }: Office, kind: Fated['kind'], machine: Machine): Fated {
  const device = story.device(`${kind}${machines.length}`);
  const one: Fated = {
    device,
    kind,
    machine,
    isFree: false,
    mayPart: false,
    cards: new Set(),
    installs: new Set(),
    names: new Set(),
    uuids: new Set(),
    shownInstalls: new Set(),
    shownNames: new Set(),
    shownCards: new Set(),
  };
  machines.push(one);
  return one;
}

/** All of a day is drawn before any of it is judged: its messages may come in any order. */
function sendAll(office: Office, day: number): void {
  const { random } = office.story;
  const senders = office.machines.filter(() => day === 0 || !random.chance(0.1));
  const looks = senders.map((one) => ({ one, look: lookOf(one, office) }));
  for (const { one, look } of looks) if (look !== 'part') show(one, look.seen);
  for (const { one, look } of looks) if (look !== 'part') judge(one, look.seen, office);
  for (const { one, look } of looks) send(one, look, office.story, day);
}

/** `own`: without docks. */
type Look = 'part' | { readonly seen: Machine; readonly own: Machine };

/** What its agent sees today: perhaps a dock before the own card, perhaps nothing else, perhaps only random Wi-Fi. */
function lookOf({ kind, machine, mayPart }: Fated, { story: { random }, docks }: Office): Look {
  if (mayPart && machine.agent.brand === 'glpi' && random.chance(0.4)) return 'part';
  const dock = kind === 'branded' && random.chance(0.25) ? [ethernet(random.pick(docks), 'enx')] : [];
  const isShut = kind === 'branded' && random.chance(0.1);
  const wifi = isShut ? [{ name: 'wlan0', mac: localMac(random), type: 'wifi' } as const] : [];
  const cards = isShut ? wifi : machine.cards;
  return { seen: { ...machine, cards: [...dock, ...cards] }, own: { ...machine, cards } };
}

function show({ shownInstalls, shownNames, shownCards }: Fated, seen: Machine): void {
  shownInstalls.add(seen.agent.deviceid);
  shownNames.add(seen.name);
  for (const mac of cardsOf(seen)) shownCards.add(mac);
}

function judge(one: Fated, seen: Machine, { machines }: Office): void {
  for (const other of machines) {
    if (other === one) continue;
    // Two machines claim one agent and name: neither may overwrite the other until an admin has decided.
    if (!isKnown(one, seen) && isCopyOf(other, seen)) one.isFree = other.isFree = true;
    // Two of card, agent and name are all that tells whiteboxes: two machines may show the same two.
    if (one.kind === 'whitebox' && other.kind === 'whitebox' && showedTwoOf(other, seen)) one.isFree = true;
  }
  if (!isDecidable(one, seen) || goesBack(one, seen)) one.isFree = true;
}

function send(one: Fated, look: Look, story: Story, day: number): void {
  const told = one.isFree ? ({ expected: 'free' } as const) : {};
  if (look === 'part') {
    story.partial(one.device, one.machine, day, told);
    return;
  }
  const { random } = story;
  story.full(one.device, random.chance(0.2) ? respelt(look.seen, story) : look.seen, day, told);
  if (random.chance(0.05)) story.repeat();
  one.mayPart = true;
  one.last = look.seen;
  // Docks are handed around and prove nothing.
  if (!one.isFree) remember(one, look.own);
}

/**
 * A system that was started or installed earlier than the one before, with the same agent or without a card that was there
 * before: disks were swapped. Whoever sees it must think of a copy with the numbers of this machine.
 */
function goesBack({ last }: Fated, seen: Machine): boolean {
  if (last === undefined || (seen.os.booted >= last.os.booted && seen.os.installed >= last.os.installed))
    return false;
  const before = last.cards.map(({ mac }) => mac);
  return last.agent.deviceid === seen.agent.deviceid || !seen.cards.some(({ mac }) => before.includes(mac));
}

/** Random Wi-Fi addresses identify nothing. */
const cardsOf = ({ cards }: Machine): string[] =>
  cards.flatMap(({ mac, type }) => (type === 'wifi' ? [] : [mac]));

function remember(one: Fated, seen: Machine): void {
  for (const mac of cardsOf(seen)) one.cards.add(mac);
  one.installs.add(seen.agent.deviceid);
  one.names.add(seen.name);
  one.uuids.add(seen.uuid ?? '');
}

function isDecidable(one: Fated, seen: Machine): boolean {
  const { kind, cards, installs, names, uuids } = one;
  if (installs.size === 0) return true;
  const shown = cardsOf(seen);
  const hasCard = shown.some((mac) => cards.has(mac));
  const hasInstall = installs.has(seen.agent.deviceid);
  const hasName = names.has(seen.name);
  if (kind === 'whitebox') return [hasCard, hasInstall, hasName].filter(Boolean).length >= 2;
  if (kind === 'guest') return hasCard;
  if (!uuids.has(seen.uuid ?? '')) return hasInstall && (hasCard || hasName);
  return (
    hasCard || (shown.length === 0 && (hasInstall || one.last?.cards.length === 0)) || (hasInstall && hasName)
  );
}

/** Its own hardware is known, so that a disk of another machine in it confuses nobody. */
function isKnown({ kind, cards }: Fated, seen: Machine): boolean {
  return kind !== 'whitebox' && cardsOf(seen).some((mac) => cards.has(mac));
}

/** Another machine's agent under that machine's name. */
function isCopyOf({ shownInstalls, shownNames }: Fated, { agent, name }: Machine): boolean {
  return shownInstalls.has(agent.deviceid) && shownNames.has(name);
}

function showedTwoOf({ shownCards, shownInstalls, shownNames }: Fated, seen: Machine): boolean {
  const has = [
    cardsOf(seen).some((mac) => shownCards.has(mac)),
    shownInstalls.has(seen.agent.deviceid),
    shownNames.has(seen.name),
  ];
  return has.filter(Boolean).length >= 2;
}

function draw(random: Random): Fate {
  let left = random.fraction() * fates.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, fate] of fates) {
    left -= weight;
    if (left < 0) return fate;
  }
  return () => undefined;
}

function change(one: Fated, changed: Partial<Machine>): void {
  one.machine = { ...one.machine, ...changed };
  one.mayPart = false;
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
