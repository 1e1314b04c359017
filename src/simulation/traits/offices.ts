import { newInstall, newMachine, newSystem, localMac, randomMac, type Card, type Machine } from '../machine';
import type { Story } from '../story';
import { whitebox } from './one-machine';
import { trait, type Trait } from './trait';

/** What machines of one office share and pass on: docks, images, parts, names, filler numbers. */

export const ethernet = (mac: string, name = 'eth0'): Card => ({ name, mac, type: 'ethernet' });

const randomWifi = ({ random }: Story): Card => ({
  name: 'wlp0s20f3',
  mac: localMac(random),
  type: 'wifi',
});

/** Machines of one delivery: one model, serials and addresses in a row, names of one pattern. */
export function delivery(story: Story, count: number): Machine[] {
  const { random, number } = story;
  const model = newMachine(random, number);
  const serialStart = 100 + random.below(800);
  const macStart = random.below(0xf00000);
  const prefix = `${random.pick(['pc', 'nb', 'ws'])}-${number}-`;
  return Array.from({ length: count }, (_, i) => {
    const made = newMachine(random, number);
    const name = `${prefix}${String(i + 1).padStart(3, '0')}`;
    const mac = `8c:ec:4b:${(macStart + i)
      .toString(16)
      .padStart(6, '0')
      .replace(/(..)(?!$)/g, '$1:')}`;
    return {
      ...made,
      manufacturer: model.manufacturer,
      model: model.model,
      serial: `${(model.serial ?? 'PF1234').slice(0, 5)}${serialStart + i}`,
      cards: [ethernet(mac)],
      name,
      softwares: model.softwares,
      agent: newInstall(random, name, made.agent.brand),
    };
  });
}

/** Names of parts that no list of fillers knows. */
const unlisted = ['CHANGEME-0001', 'PRODUCT-SAMPLE', 'AX-REV-B', 'EVT2BOARD'];

const daily = (story: Story, name: string, machine: Machine, days = [0, 1, 2], expected?: 'free'): void => {
  for (const day of days)
    story.full(story.device(name), machine, day, expected === undefined ? {} : { expected });
};

export const officeTraits: readonly Trait[] = [
  trait('delivery of equal machines', 3, 6, (story) => {
    delivery(story, 6).forEach((machine, i) => {
      daily(story, `pc${i}`, machine);
    });
  }),
  trait('docks of an office, listed before the own card', 3, 5, (story) => {
    const { random } = story;
    const docks = [0, 1, 2].map(() => ethernet(randomMac(random, '48:2a:e3'), 'enx'));
    const laptops = delivery(story, 5);
    for (const day of [0, 1, 2, 3, 4]) {
      const free = random.shuffled(docks);
      laptops.forEach((laptop, i) => {
        const dock = random.chance(0.6) ? free.pop() : undefined;
        const cards = [...(dock === undefined ? [] : [dock]), ...laptop.cards];
        story.full(story.device(`laptop${i}`), { ...laptop, cards }, day);
      });
    }
  }),
  trait('laptops with nothing but docks and random Wi-Fi', 2, 3, (story) => {
    const { random } = story;
    const docks = [0, 1].map(() => ethernet(randomMac(random, '48:2a:e3'), 'enx'));
    const laptops = delivery(story, 3);
    for (const day of [0, 1, 2, 3]) {
      const free = random.shuffled(docks);
      laptops.forEach((laptop, i) => {
        const dock = random.chance(0.5) ? free.pop() : undefined;
        const cards = [...(dock === undefined ? [] : [dock]), randomWifi(story)];
        story.full(story.device(`laptop${i}`), { ...laptop, cards }, day);
      });
    }
  }),
  trait('laptop with a mobile modem', 1, 1, (story) => {
    const laptop = newMachine(story.random, story.number);
    for (const day of [0, 1, 2, 3]) {
      const modem = ethernet(randomWifi(story).mac, 'wwan0');
      const cards = story.random.chance(0.5) ? [modem, ...laptop.cards] : [modem];
      story.full(story.device('laptop'), { ...laptop, cards }, day);
    }
  }),
  trait('image with an agent rolled out to many', 2, 8, (story) => {
    const master = newMachine(story.random, story.number);
    delivery(story, 8).forEach((machine, i) => {
      daily(story, `pc${i}`, { ...machine, os: master.os, agent: master.agent });
    });
  }),
  trait('image with an agent, on whiteboxes', 1, 4, (story) => {
    const master = newMachine(story.random, story.number);
    delivery(story, 4).forEach((machine, i) => {
      daily(story, `pc${i}`, { ...whitebox(machine, story), os: master.os, agent: master.agent });
    });
  }),
  trait('bonded cards', 1, 1, (story) => {
    const machine = newMachine(story.random, story.number);
    const [first = ethernet('')] = machine.cards;
    const bond: Card = { name: 'bond0', mac: first.mac, type: 'bridge', isVirtual: true };
    daily(story, 'server', { ...machine, cards: [bond, first, { ...ethernet(first.mac), name: 'eth1' }] });
  }),
  trait('routers that share a virtual address', 1, 2, (story) => {
    const vrrp: Card = { name: 'eth0', mac: '00:00:5e:00:01:0a', type: 'ethernet' };
    for (const name of ['first', 'second']) {
      const router = newMachine(story.random, story.number);
      daily(story, name, { ...router, cards: [vrrp, ...router.cards] });
    }
  }),
  trait('blades of one chassis', 2, 4, (story) => {
    const chassisSerial = `CH${story.random.hex(8).toUpperCase()}`;
    delivery(story, 4).forEach((machine, i) => {
      daily(story, `blade${i}`, { ...machine, chassisSerial });
    });
  }),
  trait('blades that show the serial of their chassis only', 1, 4, (story) => {
    const chassisSerial = `CH${story.random.hex(8).toUpperCase()}`;
    delivery(story, 4).forEach((machine, i) => {
      daily(story, `blade${i}`, { ...machine, serial: undefined, boardSerial: undefined, chassisSerial });
    });
  }),
  trait('CPU id for a serial', 2, 3, (story) => {
    const serial = story.random.pick(['BFEBFBFF000906EA', 'EA 06 09 00 FF FB EB BF', '178BFBFF00870F10']);
    for (const n of [1, 2, 3]) {
      const machine = whitebox(newMachine(story.random, story.number), story);
      const agent = newInstall(story.random, machine.name, 'ocs');
      daily(story, `pc${n}`, { ...machine, serial, agent });
    }
  }),
  trait('filler serial that no list knows', 2, 4, (story) => {
    const serial = story.random.pick(unlisted);
    delivery(story, 4).forEach((machine, i) => {
      daily(story, `pc${i}`, { ...machine, serial, boardSerial: undefined });
    });
  }),
  trait('filler serial and uuid that no list knows', 1, 4, (story) => {
    const serial = `${story.random.pick(unlisted)}-${story.number}`;
    const uuid = story.random.uuid();
    delivery(story, 4).forEach((machine, i) => {
      daily(story, `pc${i}`, { ...machine, serial, uuid, boardSerial: undefined }, [0, 1, 2], 'free');
    });
  }),
  trait('network card moved to another machine', 1, 2, (story) => {
    const [giver, taker] = delivery(story, 2);
    if (giver === undefined || taker === undefined) return;
    const card = ethernet(randomMac(story.random), 'eth1');
    story.full(story.device('giver'), { ...giver, cards: [...giver.cards, card] }, 0);
    story.full(story.device('taker'), taker, 0);
    for (const day of [1, 2]) {
      story.full(story.device('giver'), giver, day);
      story.full(story.device('taker'), { ...taker, cards: [...taker.cards, card] }, day);
    }
  }),
  trait('disks swapped between two known machines', 1, 2, (story) => {
    const [first, second] = delivery(story, 2);
    if (first === undefined || second === undefined) return;
    const disk = ({ os, name, softwares, agent }: Machine) => ({ os, name, softwares, agent });
    for (const day of [0, 1, 2, 3]) {
      const isSwapped = day > 1;
      story.full(story.device('first'), { ...first, ...disk(isSwapped ? second : first) }, day);
      story.full(story.device('second'), { ...second, ...disk(isSwapped ? first : second) }, day);
    }
  }),
  trait('two machines swap their names', 2, 2, (story) => {
    const [first, second] = delivery(story, 2);
    if (first === undefined || second === undefined) return;
    for (const day of [0, 1, 2, 3]) {
      const isSwapped = day > 1;
      story.full(story.device('first'), { ...first, name: isSwapped ? second.name : first.name }, day);
      story.full(story.device('second'), { ...second, name: isSwapped ? first.name : second.name }, day);
    }
  }),
  trait('machine replaced under its old name', 2, 2, (story) => {
    const [old, successor] = delivery(story, 2);
    if (old === undefined || successor === undefined) return;
    daily(story, 'old', old, [0, 1]);
    const agent = newInstall(story.random, old.name, old.agent.brand);
    daily(
      story,
      'successor',
      { ...successor, name: old.name, agent, os: newSystem(story.random, 2) },
      [2, 3],
    );
    // The old one gets a new life.
    const anew = newInstall(story.random, `stock-${story.number}`, old.agent.brand);
    story.full(story.device('old'), { ...old, name: `stock-${story.number}`, agent: anew }, 4);
  }),
  trait('whiteboxes of one name at two sites', 1, 2, (story) => {
    const first = whitebox(newMachine(story.random, story.number), story);
    const second = { ...whitebox(newMachine(story.random, story.number), story), name: first.name };
    for (const day of [0, 1, 2]) {
      story.full(story.device('here'), first, day);
      story.full(story.device('there'), second, day, { site: story.otherSite });
    }
  }),
  trait('one serial and one dock at two sites', 1, 2, (story) => {
    const [first, second] = delivery(story, 2);
    if (first === undefined || second === undefined) return;
    const dock = ethernet(randomMac(story.random, '48:2a:e3'), 'enx');
    for (const day of [0, 1, 2]) {
      story.full(story.device('here'), { ...first, cards: [dock, ...first.cards] }, day);
      const there = { ...second, serial: first.serial, cards: [dock, ...second.cards] };
      story.full(story.device('there'), there, day, { site: story.otherSite });
    }
  }),
];
