import type { RegistrationKey } from '../../../src/domain/registration-key';
import { createKeyCache } from '../../../src/store/keys/key-cache';
import { aKey } from '../../support/settle-requests';

/** A source of keys whose answers the test gives, in the order of the questions. */
function source() {
  const asked: {
    kid: string;
    answer: (key: RegistrationKey | undefined) => void;
    fail: (error: Error) => void;
  }[] = [];
  const load = (kid: string) =>
    new Promise<RegistrationKey | undefined>((resolve, reject) => {
      asked.push({ kid, answer: resolve, fail: reject });
    });
  return { asked, load };
}

const limits = { keyCacheTtlMs: 60_000, keyCacheMaxKeys: 2 };
const before = aKey();
const after = aKey({ revokedAt: new Date('2026-01-02T00:00:00Z') });
/** Lets what was answered run its way. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('many that look for one key at a time ask once, and later ones not at all', async () => {
  const { asked, load } = source();
  const cache = createKeyCache(load, limits);
  const found = Promise.all([cache.find('a'), cache.find('a'), cache.find('a')]);
  asked[0]?.answer(before);
  expect(await found).toEqual([before, before, before]);
  expect(await cache.find('a')).toBe(before);
  expect(asked).toHaveLength(1);
});

test('a key that changes while it is being loaded is loaded again, and what was read first is not kept', async () => {
  for (const kid of ['a', '*']) {
    const { asked, load } = source();
    const cache = createKeyCache(load, limits);
    const found = cache.find('a');
    cache.forget(kid);
    asked[0]?.answer(before);
    await settle();
    asked[1]?.answer(after);
    expect(await found).toBe(after);
    const next = cache.find('a');
    asked[2]?.answer(after);
    expect([await next, asked.length]).toEqual([after, 3]);
  }
});

test('a key pushed out by others while it is being loaded is found all the same', async () => {
  const { asked, load } = source();
  const cache = createKeyCache(load, limits);
  const found = cache.find('a');
  const others = Promise.all(['b', 'c', 'd'].map((kid) => cache.find(kid)));
  asked.forEach(({ answer }) => {
    answer(before);
  });
  for (let round = 0; round < 5; round++) {
    await settle();
    asked.forEach(({ answer }) => {
      answer(before);
    });
  }
  expect([await found, await others]).toEqual([before, [before, before, before]]);
});

test('a load that fails is told as it failed, and tried anew by the next', async () => {
  const { asked, load } = source();
  const cache = createKeyCache(load, limits);
  const found = cache.find('a');
  const fault = new Error('database away');
  asked[0]?.fail(fault);
  await expect(found).rejects.toBe(fault);
  const next = cache.find('a');
  await settle();
  asked[1]?.answer(before);
  expect(await next).toBe(before);
});

test('a kid that nobody has is remembered too', async () => {
  const { asked, load } = source();
  const cache = createKeyCache(load, limits);
  const found = cache.find('a');
  asked[0]?.answer(undefined);
  expect(await found).toBeUndefined();
  expect([await cache.find('a'), asked.length]).toEqual([undefined, 1]);
});
