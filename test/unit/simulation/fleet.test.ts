import { drawFleet } from '../../../src/simulation/fleet';
import { shuffledWithinDays } from '../../../src/simulation/order';
import { allTraits } from '../../../src/simulation/traits/all-traits';

const plan = { seed: 11, devices: 300, sites: 3 };

describe('a simulated fleet', () => {
  it('is the same for the same seed, byte for byte, and another for another', () => {
    expect(drawFleet(plan)).toEqual(drawFleet(plan));
    expect(drawFleet({ ...plan, seed: 12 }).messages).not.toEqual(drawFleet(plan).messages);
  });

  it('has every trait, and at least the devices asked for', () => {
    const { devices, messages } = drawFleet(plan);
    expect(devices).toBeGreaterThanOrEqual(300);
    expect(new Set(messages.map(({ trait }) => trait))).toEqual(new Set(allTraits.map(({ name }) => name)));
  });

  it('never gives the truth away in what is sent', () => {
    for (const { body, headers, device } of drawFleet(plan).messages) {
      expect(body).not.toContain(device);
      expect(JSON.stringify(headers)).not.toContain(device);
    }
  });

  it('sends the repeated inventory byte for byte', () => {
    const { messages } = drawFleet({ ...plan, traits: ['same inventory sent twice'], devices: 1 });
    expect(messages[0]?.body).toBe(messages[1]?.body);
    expect(messages[1]?.body).not.toBe(messages[2]?.body);
  });

  it('plays only the traits that are asked for', () => {
    const { messages } = drawFleet({ ...plan, traits: ['dual boot'] });
    expect(new Set(messages.map(({ trait }) => trait))).toEqual(new Set(['dual boot']));
  });

  it('can be told in another order that keeps the days and each device’s own order', () => {
    const { messages } = drawFleet(plan);
    const shuffled = shuffledWithinDays(messages, 5);
    expect(shuffled).not.toEqual(messages);
    expect(shuffled).toHaveLength(messages.length);
    expect(shuffled.map(({ day }) => day)).toEqual(messages.map(({ day }) => day));
    const byDevice = (all: typeof messages) => Map.groupBy(all, ({ device }) => device);
    for (const [device, own] of byDevice(shuffled)) expect(own).toEqual(byDevice(messages).get(device));
  });
});
