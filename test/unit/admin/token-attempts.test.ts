import {
  attemptWindowMs,
  createTokenAttempts,
  maxRefusedAttempts,
} from '../../../src/http/admin/token-attempts';

const start = new Date('2030-01-01T00:00:00Z');

it('blocks an address after its 20th refused token, until a minute after the first', () => {
  let now = start;
  const attempts = createTokenAttempts(() => now);
  for (let count = 1; count < maxRefusedAttempts; count++) expect(attempts.countRefused('a')).toBe(false);
  expect(attempts.isBlocked('a')).toBe(false);
  expect(attempts.countRefused('a')).toBe(true);
  expect(attempts.countRefused('a')).toBe(false);
  expect(attempts.isBlocked('a')).toBe(true);
  expect(attempts.isBlocked('b')).toBe(false);
  now = new Date(start.getTime() + attemptWindowMs - 1);
  expect(attempts.isBlocked('a')).toBe(true);
  now = new Date(start.getTime() + attemptWindowMs);
  expect(attempts.isBlocked('a')).toBe(false);
});

it('takes the addresses of an IPv6 /64 for one', () => {
  const attempts = createTokenAttempts(() => start);
  for (let count = 0; count < maxRefusedAttempts; count++) attempts.countRefused(`2001:db8:0:1::${count}`);
  expect(attempts.isBlocked('2001:db8:0:1:ffff::1')).toBe(true);
  expect(attempts.isBlocked('2001:db8:0:2::1')).toBe(false);
});

it('remembers 10,000 addresses and forgets the longest silent one for one more', () => {
  const attempts = createTokenAttempts(() => start);
  for (let count = 0; count < maxRefusedAttempts; count++) attempts.countRefused('first');
  for (let count = 1; count < 10_000; count++) attempts.countRefused(`address ${count}`);
  attempts.countRefused('first');
  expect(attempts.isBlocked('first')).toBe(true);
  for (let count = 0; count < 10_000; count++) attempts.countRefused(`other ${count}`);
  expect(attempts.isBlocked('first')).toBe(false);
});
