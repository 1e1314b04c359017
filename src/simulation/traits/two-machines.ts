import { newGuest, newInstall, newMachine, randomMac, type Card, type Machine } from '../machine';
import type { Story } from '../story';
import { whitebox } from './one-machine';
import { trait, type Trait } from './trait';

/** Different machines that look alike, and must never become one asset. */

/** Addresses that strangers share: of VPN, docker, hypervisor and loopback interfaces. */
const sharedCards: readonly Card[] = [
  { name: 'lo', mac: '00:00:00:00:00:00', type: 'loopback', isVirtual: true },
  { name: 'docker0', mac: '02:42:ac:11:00:01', type: 'bridge', isVirtual: true },
  { name: 'virbr0', mac: '52:54:00:12:34:56', type: 'bridge', isVirtual: true },
  { name: 'vmnet8', mac: '00:50:56:c0:00:08', type: 'ethernet', isVirtual: true },
  { name: 'vboxnet0', mac: '0a:00:27:00:00:00', type: 'ethernet', isVirtual: true },
  { name: 'tun0', mac: '02:50:41:00:00:01', type: 'ethernet', isVirtual: true },
];

function pair(story: Story, first: Machine, second: Machine): void {
  for (const day of [0, 1, 2]) {
    story.full(story.device('first'), first, day);
    story.full(story.device('second'), second, day);
  }
}

/** The first machine is known; from then on a copy of it is there too. Both may be held, neither may overwrite. */
function copied(story: Story, original: Machine, copy: Machine): void {
  story.full(story.device('original'), original, 0);
  story.full(story.device('original'), original, 1);
  for (const day of [2, 3]) {
    story.full(story.device('copy'), copy, day, { expected: 'free' });
    story.full(story.device('original'), original, day, { expected: 'free' });
  }
}

const ownCard = (story: Story, oui?: string): Card[] => [
  { name: 'eth0', mac: randomMac(story.random, oui), type: 'ethernet' },
];

export const twoMachinesTraits: readonly Trait[] = [
  trait('guest cloned with its agent', 3, 2, (story) => {
    const original = newGuest(story.random, story.number);
    const twin = newGuest(story.random, story.number);
    copied(story, original, { ...original, uuid: twin.uuid, serial: twin.serial, cards: twin.cards });
  }),
  trait('guest cloned, its agent goes on with a part', 2, 2, (story) => {
    const made = newGuest(story.random, story.number);
    const original = { ...made, agent: newInstall(story.random, made.name, 'glpi') };
    const copy = { ...original, cards: ownCard(story, '00:50:56') };
    story.full(story.device('original'), original, 0);
    story.partial(story.device('original'), original, 1);
    story.partialWithNetworks(story.device('copy'), copy, 2, { expected: 'free' });
    for (const day of [2, 3]) story.partial(story.device('original'), original, day, { expected: 'free' });
    story.full(story.device('copy'), copy, 3, { expected: 'free' });
    story.full(story.device('original'), original, 4, { expected: 'free' });
    story.full(story.device('copy'), copy, 5, { expected: 'free' });
  }),
  trait('image deployed with an agent in it', 3, 3, (story) => {
    const master = newMachine(story.random, story.number);
    for (const n of [1, 2, 3]) {
      const made = newMachine(story.random, story.number);
      const machine = { ...made, name: `img-${story.number}-${n}`, os: master.os, agent: master.agent };
      for (const day of [0, 1]) story.full(story.device(`pc${n}`), machine, day, { expected: 'free' });
    }
  }),
  trait('one serial on two machines', 2, 2, (story) => {
    const first = newMachine(story.random, story.number);
    pair(story, first, {
      ...newMachine(story.random, story.number),
      serial: first.serial,
      name: `${first.name}-b`,
    });
  }),
  trait('filler numbers', 6, 2, (story) => {
    const [first, second] = [1, 2].map(() => whitebox(newMachine(story.random, story.number), story));
    if (first !== undefined && second !== undefined) pair(story, first, second);
  }),
  trait('shared virtual cards listed first', 5, 2, (story) => {
    const machines = [1, 2].map(() => {
      const machine = newMachine(story.random, story.number);
      return { ...machine, cards: [...story.random.shuffled(sharedCards).slice(0, 3), ...machine.cards] };
    });
    const [first, second] = machines;
    if (first !== undefined && second !== undefined) pair(story, first, second);
  }),
  trait('docking station passed around', 3, 3, (story) => {
    const dock: Card = { name: 'enx', mac: randomMac(story.random, '3c:18:a0'), type: 'ethernet' };
    const laptops = [0, 1, 2].map(() => newMachine(story.random, story.number));
    for (const day of [0, 1, 2, 3]) {
      laptops.forEach((laptop, place) => {
        const isDocked = day % 3 === place;
        const now = isDocked ? { ...laptop, cards: [dock, ...laptop.cards] } : laptop;
        story.full(story.device(`laptop${place}`), now, day);
      });
    }
  }),
  trait('new laptop whose only card is a dock', 1, 2, (story) => {
    const dock: Card = { name: 'enx', mac: randomMac(story.random, '3c:18:a0'), type: 'ethernet' };
    const first = newMachine(story.random, story.number);
    const second = newMachine(story.random, story.number);
    story.full(story.device('first'), { ...first, cards: [dock, ...first.cards] }, 0);
    story.full(story.device('second'), { ...second, cards: [dock] }, 1);
    story.full(story.device('first'), first, 2);
    story.full(story.device('second'), { ...second, cards: [dock] }, 2);
  }),
  trait('same uuid, other vendor and serial', 1, 2, (story) => {
    const first = newMachine(story.random, story.number);
    pair(story, first, { ...newMachine(story.random, story.number), uuid: first.uuid });
  }),
  trait('one name at two sites', 3, 2, (story) => {
    const first = newMachine(story.random, story.number);
    const second = { ...newMachine(story.random, story.number), name: first.name };
    for (const day of [0, 1, 2]) {
      story.full(story.device('here'), first, day);
      story.full(story.device('there'), second, day, { site: story.otherSite });
    }
  }),
  trait('one name twice at a site', 3, 2, (story) => {
    const first = newMachine(story.random, story.number);
    pair(story, first, { ...newMachine(story.random, story.number), name: first.name });
  }),
  trait('whiteboxes of one name', 1, 2, (story) => {
    const first = whitebox(newMachine(story.random, story.number), story);
    const second = whitebox(newMachine(story.random, story.number), story);
    pair(story, first, { ...second, name: first.name });
  }),
  trait('numbers copied to other cards and agent', 1, 2, (story) => {
    const original = newMachine(story.random, story.number);
    copied(story, original, {
      ...original,
      cards: ownCard(story),
      agent: newInstall(story.random, original.name, original.agent.brand),
      os: { ...original.os, sshKey: `ssh-ed25519 ${story.random.hex(60)}` },
    });
  }),
];
