import { drawFleet } from '../../../src/simulation/fleet';
import type { SimulatedMessage } from '../../../src/simulation/message';
import { rivals } from '../../../src/simulation/rivals';
import { scoreOf, type Decided } from '../../../src/simulation/score';

function message(device: string, over: Partial<SimulatedMessage> = {}): SimulatedMessage {
  return {
    day: 0,
    step: 0,
    trait: 'test',
    device,
    expected: 'accept',
    site: 0,
    headers: {},
    contentType: '',
    body: '',
    seen: {
      deviceid: undefined,
      serial: undefined,
      uuid: undefined,
      macs: [],
      name: undefined,
      isPartial: false,
      itemtype: 'Computer',
    },
    ...over,
  };
}

const accepted = (of: SimulatedMessage, assetId: string): Decided => ({
  message: of,
  verdict: 'accepted',
  assetId,
  isInEntity: true,
});
const held = (of: SimulatedMessage): Decided => ({
  message: of,
  verdict: 'quarantined',
  assetId: undefined,
  isInEntity: undefined,
});

const a = message('a');
const b = message('b');

describe('the score', () => {
  it('is perfect when each device is one asset', () => {
    const score = scoreOf([accepted(a, '1'), accepted(a, '1'), accepted(b, '2')]);
    expect(score).toMatchObject({
      precision: 1,
      recall: 1,
      devicesSplit: 0,
      assetsImpure: 0,
      entityAccuracy: 1,
    });
  });

  it('counts a split device against recall', () => {
    const score = scoreOf([accepted(a, '1'), accepted(a, '1'), accepted(a, '2')]);
    expect(score).toMatchObject({ precision: 1, recall: 1 / 3, devicesSplit: 1, assetsImpure: 0 });
  });

  it('counts merged devices against precision', () => {
    const score = scoreOf([accepted(a, '1'), accepted(b, '1'), accepted(a, '1')]);
    expect(score).toMatchObject({ precision: 1 / 3, recall: 1, devicesSplit: 0, assetsImpure: 1 });
  });

  it('counts a good message that was held against recall, and one that was free to be held not', () => {
    expect(scoreOf([accepted(a, '1'), held(a)])).toMatchObject({ recall: 0, goodHeld: 1 });
    expect(scoreOf([accepted(a, '1'), held({ ...a, expected: 'free' })])).toMatchObject({
      recall: 1,
      goodHeld: 0,
    });
  });

  it('counts a spoof that shares an asset with its victim, and one that has its own not', () => {
    const spoof = message('x', { victim: 'a', expected: 'free' });
    expect(scoreOf([accepted(a, '1'), accepted(spoof, '1')]).spoofsMerged).toBe(1);
    expect(scoreOf([accepted(a, '1'), accepted(spoof, '2')]).spoofsMerged).toBe(0);
  });

  it('counts what stands in another entity than its site’s', () => {
    expect(scoreOf([accepted(a, '1'), { ...accepted(b, '2'), isInEntity: false }]).entityAccuracy).toBe(0.5);
  });
});

test.each(rivals.map(({ name, decide }) => ({ name, decide })))(
  'the rule "$name" takes every message and fails at some of the fleet',
  ({ decide }) => {
    const { messages } = drawFleet({ seed: 3, devices: 300, sites: 3 });
    const score = scoreOf(decide(messages));
    expect(score.messages).toBe(messages.length);
    expect(score.goodRefused).toBe(0);
    expect(score.precision).toBeLessThan(0.99);
  },
);
