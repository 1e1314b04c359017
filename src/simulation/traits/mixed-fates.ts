import { localMac, newGuest, newInstall, randomMac, type Machine } from '../machine';
import type { Story } from '../story';
import { draw } from './mixed-fates/fates';
import { judge, remember, show } from './mixed-fates/judge';
import { join, type Fated, type Office } from './mixed-fates/office';
import { delivery, ethernet } from './offices';
import { whitebox } from './one-machine';
import { respelt } from './spellings';
import { trait, type Trait } from './trait';

/**
 * An office in which anything may happen to any machine, one thing after the other and to several at once. What must be
 * recognised follows from what its machine showed before, by the rule that stands in docs/matching.md: two independent
 * factors. What shows less is free to be held, and so is all that its machine sends from then on.
 */

const days = 8;

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
