import {
  newGuest,
  newInstall,
  newMachine,
  newSystem,
  localMac,
  randomMac,
  type Card,
  type Machine,
} from '../machine';
import type { Story } from '../story';
import { restarted } from './spellings';
import { swapped } from './one-machine';
import { trait, type Trait } from './trait';

/** What happens to guests of hypervisors and to hosts of containers. */

/** A guest of QEMU: it has no serial, and its uuid is all there is beside its card. */
function withoutSerial({ random, number }: Story): Machine {
  const guest = newGuest(random, number);
  return {
    ...guest,
    serial: undefined,
    boardSerial: undefined,
    manufacturer: 'QEMU',
    model: 'Standard PC (Q35 + ICH9, 2009)',
    vmSystem: 'QEMU',
  };
}

const virtual = (name: string, mac: string): Card => ({ name, mac, type: 'ethernet', isVirtual: true });

/** A host's cards with what a container engine adds before them: other addresses at each start of a container. */
function withContainers({ cards }: Machine, { random }: Story): Card[] {
  return [
    {
      name: 'br-3f1c9a2b7d10',
      mac: `02:42:${random.hex(2)}:${random.hex(2)}:00:01`,
      type: 'bridge',
      isVirtual: true,
    },
    { name: 'docker0', mac: '02:42:ac:11:00:01', type: 'bridge', isVirtual: true },
    ...Array.from({ length: 40 }, () => virtual(`veth${random.hex(7)}`, localMac(random))),
    ...cards,
  ];
}

export const virtualMachineTraits: readonly Trait[] = [
  trait('guest reverted to a snapshot', 2, 1, (story) => {
    const device = story.device('guest');
    const guest = newGuest(story.random, story.number);
    story.full(device, guest, 0);
    const later = {
      ...restarted(guest, story, 1),
      name: `${guest.name}-b`,
      softwares: guest.softwares.slice(2),
    };
    story.full(device, later, 1);
    story.full(device, restarted(guest, story, 2), 2);
    story.full(device, restarted(guest, story, 3), 3);
  }),
  trait('guest reverted to before its re-image', 1, 1, (story) => {
    const device = story.device('guest');
    const guest = newGuest(story.random, story.number);
    const { brand } = guest.agent;
    const anew = {
      ...guest,
      os: newSystem(story.random, 1),
      agent: newInstall(story.random, guest.name, brand),
    };
    for (const [day, now] of [guest, anew, guest, guest].entries())
      story.full(device, restarted(now, story, day), day);
  }),
  trait('guest reverted while it ran', 1, 1, (story) => {
    const device = story.device('guest');
    const guest = newGuest(story.random, story.number);
    const old = restarted(guest, story, -9);
    story.full(device, old, 0);
    story.full(device, restarted(guest, story, 1), 1);
    // It looks as its own copy would: nobody can tell.
    for (const day of [2, 3]) story.full(device, old, day, { expected: 'free' });
  }),
  trait('guest without serial, on another hypervisor', 1, 1, (story) => {
    const device = story.device('guest');
    const guest = withoutSerial(story);
    const moved = { ...guest, uuid: story.random.uuid() };
    for (const [day, now] of [guest, guest, moved, moved].entries()) story.full(device, now, day);
  }),
  trait('guest seen in both byte orders', 2, 1, (story) => {
    const device = story.device('guest');
    const guest = newGuest(story.random, story.number);
    const turned = { ...guest, uuid: swapped(guest.uuid) };
    for (const [day, now] of [guest, turned, guest, turned].entries()) story.full(device, now, day);
  }),
  trait('guest whose only card is flagged virtual', 2, 2, (story) => {
    for (const name of ['first', 'second']) {
      const guest = withoutSerial(story);
      const flagged = { ...guest, cards: guest.cards.map((card) => ({ ...card, isVirtual: true })) };
      const { brand } = guest.agent;
      const anew = { ...flagged, agent: newInstall(story.random, guest.name, brand) };
      for (const [day, now] of [flagged, flagged, anew].entries()) story.full(story.device(name), now, day);
    }
  }),
  trait('host of many containers', 2, 2, (story) => {
    for (const name of ['first', 'second']) {
      const host = newMachine(story.random, story.number);
      for (const day of [0, 1, 2]) {
        story.full(story.device(name), { ...host, cards: withContainers(host, story) }, day);
      }
    }
  }),
  trait('guests of one template', 3, 4, (story) => {
    const template = withoutSerial(story);
    for (const n of [1, 2, 3, 4]) {
      const own = newGuest(story.random, story.number);
      const name = `vm-${story.number}-${n}`;
      const guest = {
        ...template,
        uuid: own.uuid,
        cards: [{ name: 'eth0', mac: randomMac(story.random, '52:54:00'), type: 'ethernet' } as const],
        name,
        agent: newInstall(story.random, name, template.agent.brand),
      };
      for (const day of [0, 1, 2]) story.full(story.device(`guest${n}`), guest, day);
    }
  }),
  trait('guests of one cloud, serial and uuid the same number', 1, 2, (story) => {
    for (const name of ['first', 'second']) {
      const guest = withoutSerial(story);
      const made = { ...guest, serial: guest.uuid, manufacturer: 'Amazon EC2', model: 't3.large' };
      const anew = { ...made, agent: newInstall(story.random, made.name, made.agent.brand) };
      for (const [day, now] of [made, made, anew].entries()) story.full(story.device(name), now, day);
    }
  }),
];
