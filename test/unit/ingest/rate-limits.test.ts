import { createRateLimits, type RateLimitSettings, type RateLimits } from '../../../src/ingest/rate-limits';

const settings: RateLimitSettings = {
  maxPerMinutePerKey: 6,
  maxPerMinutePerAddress: 10,
  maxPerMinutePerDevice: 3,
  maxRefusedPerMinutePerAddress: 4,
  maxRefusedPerMinutePerKey: 5,
  rateLimitMaxRemembered: 100,
  workers: 1,
};
const limitsWith = (over: Partial<RateLimitSettings> = {}) => createRateLimits({ ...settings, ...over });
const start = Date.parse('2026-11-23T08:30:00Z');
const at = (seconds: number) => new Date(start + seconds * 1000);
const aKey = { kid: 'aaaaaaaaaaaa', requestsPerMinute: null };
const times = (n: number, ask: () => unknown) => Array.from({ length: n }, ask);
/** How many of `n` requests got in before the first that did not. */
const admitted = (n: number, ask: () => unknown) => times(n, ask).findIndex((met) => met !== undefined);

describe('a key', () => {
  it('has as many requests at once as a minute allows, and meets its limit with the next', () => {
    const limits = limitsWith();
    expect(times(6, () => limits.ofKey(aKey, '192.0.2.1', at(0)))).toEqual(Array(6).fill(undefined));
    expect(limits.ofKey(aKey, '192.0.2.1', at(0))).toEqual({ limit: 'key', perMinute: 6 });
  });

  it('gets them back evenly, and never more than a minute is worth', () => {
    const limits = limitsWith();
    times(6, () => limits.ofKey(aKey, '192.0.2.1', at(0)));
    expect(limits.ofKey(aKey, '192.0.2.1', at(9.9))).toMatchObject({ limit: 'key' });
    expect(limits.ofKey(aKey, '192.0.2.1', at(10))).toBeUndefined();
    expect(limits.ofKey(aKey, '192.0.2.1', at(10))).toMatchObject({ limit: 'key' });
    expect(admitted(100, () => limits.ofKey(aKey, '192.0.2.1', at(86_400)))).toBe(6);
  });

  it('has a limit of its own when it names one', () => {
    const limits = limitsWith();
    const narrow = { ...aKey, requestsPerMinute: 2 };
    expect(admitted(9, () => limits.ofKey(narrow, '192.0.2.1', at(0)))).toBe(2);
    expect(limits.ofKey(narrow, '192.0.2.1', at(0))).toEqual({ limit: 'key', perMinute: 2 });
  });

  it('leaves to other keys behind the same address what is theirs, however often it is turned away', () => {
    const limits = limitsWith();
    times(1000, () => limits.ofKey(aKey, '192.0.2.1', at(0)));
    const other = { ...aKey, kid: 'bbbbbbbbbbbb' };
    expect(admitted(9, () => limits.ofKey(other, '192.0.2.1', at(0)))).toBe(4);
    expect(limits.ofKey(other, '192.0.2.1', at(0))).toMatchObject({ limit: 'address' });
  });

  it('has its share of the limit in each of several processes', () => {
    const limits = limitsWith({ workers: 4 });
    expect(admitted(9, () => limits.ofKey(aKey, '192.0.2.1', at(0)))).toBe(2);
  });
});

describe('an address', () => {
  const asked = (limits: RateLimits, address: string) =>
    admitted(99, () => limits.ofRefused(address, undefined, at(0)));

  it('has few bad attempts, and its good keys pass all the same', () => {
    const limits = limitsWith();
    expect(asked(limits, '192.0.2.1')).toBe(4);
    expect(limits.ofRefused('192.0.2.1', undefined, at(0))).toEqual({
      limit: 'refused_address',
      perMinute: 4,
    });
    expect(limits.ofKey(aKey, '192.0.2.1', at(0))).toBeUndefined();
    expect(limits.ofAnonymous('192.0.2.1', at(0))).toBeUndefined();
    expect(asked(limits, '192.0.2.2')).toBe(4);
  });

  it('counts by /64 in IPv6, in whatever way it is written', () => {
    const limits = limitsWith();
    expect(asked(limits, '2001:db8:1:2::1')).toBe(4);
    expect(limits.ofRefused('2001:db8:1:2:ffff:1:2:3', undefined, at(0))).toMatchObject({
      limit: 'refused_address',
    });
    expect(asked(limits, '2001:db8:1:3::1')).toBe(4);
  });

  it('may ask without credential as often as with a good one: agents need the challenge', () => {
    const limits = limitsWith();
    expect(admitted(99, () => limits.ofAnonymous('192.0.2.1', at(0)))).toBe(10);
  });

  it('is one of so many that are remembered; the longest silent one is forgotten', () => {
    const limits = limitsWith({ rateLimitMaxRemembered: 2 });
    times(5, () => limits.ofRefused('192.0.2.1', undefined, at(0)));
    times(5, () => limits.ofRefused('192.0.2.2', undefined, at(0)));
    expect(limits.ofRefused('192.0.2.1', undefined, at(0))).toBeDefined();
    expect(limits.ofRefused('192.0.2.3', undefined, at(0))).toBeUndefined();
    expect(limits.ofRefused('192.0.2.1', undefined, at(0))).toBeDefined();
    expect(limits.ofRefused('192.0.2.2', undefined, at(0))).toBeUndefined();
  });
});

it('bad attempts for one key id are few from all addresses together, whether there is such a key or not', () => {
  const limits = limitsWith();
  let n = 0;
  const ask = () => limits.ofRefused(`192.0.2.${n++}`, 'aaaaaaaaaaaa', at(0));
  expect(admitted(99, ask)).toBe(5);
  expect(ask()).toEqual({ limit: 'refused_key', perMinute: 5 });
  expect(limits.ofKey(aKey, '192.0.2.1', at(0))).toBeUndefined();
});

describe('a device', () => {
  const device = { kid: 'aaaaaaaaaaaa', address: '192.0.2.1', agentid: undefined, deviceid: 'desk-1' };

  it('is limited by itself', () => {
    const limits = limitsWith();
    expect(admitted(9, () => limits.ofDevice(device, at(0)))).toBe(3);
    expect(limits.ofDevice(device, at(0))).toEqual({ limit: 'device', perMinute: 3 });
    expect(limits.ofDevice({ ...device, deviceid: 'desk-2' }, at(0))).toBeUndefined();
  });

  it.each([{ kid: 'bbbbbbbbbbbb' }, { address: '192.0.2.2' }, { agentid: 'acd1a9fa' }])(
    'loses nothing to somebody who took its deviceid with another %p',
    (other) => {
      const limits = limitsWith();
      times(99, () => limits.ofDevice({ ...device, ...other }, at(0)));
      expect(limits.ofDevice(device, at(0))).toBeUndefined();
    },
  );
});

it('a clock that is set back neither fills nor empties', () => {
  const limits = limitsWith();
  times(6, () => limits.ofKey(aKey, '192.0.2.1', at(0)));
  expect(limits.ofKey(aKey, '192.0.2.1', at(-3600))).toMatchObject({ limit: 'key' });
  expect(limits.ofKey(aKey, '192.0.2.1', at(-3590))).toBeUndefined();
});
