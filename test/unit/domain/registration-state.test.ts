import {
  afterAttempt,
  defaultValidationPolicy as policy,
  freshStanding,
  isDue,
  isGood,
  standingAt,
  type Attempt,
  type Standing,
} from '../../../src/domain/registration-state';

const start = new Date('2026-11-23T08:30:00Z');
const hour = 3_600_000;
const day = 24 * hour;
const later = (ms: number): Date => new Date(start.getTime() + ms);
/** No jitter. */
const middle = () => 0.5;

const validated: Attempt = { kind: 'validated' };
const unreachable: Attempt = { kind: 'unreachable', layer: 'dns' };
const refused = (reason: string): Attempt => ({ kind: 'refused', reason });

function play(steps: readonly (readonly [atMs: number, attempt: Attempt])[], random = middle): Standing {
  return steps.reduce(
    (standing, [atMs, attempt]) => afterAttempt(standing, attempt, later(atMs), policy, random),
    freshStanding(start),
  );
}

const waitMs = ({ nextAt, lastAttemptAt }: Standing) => nextAt.getTime() - (lastAttemptAt?.getTime() ?? 0);

describe('where a registration stands', () => {
  it('is pending until the first validation, however often nobody is reached', () => {
    expect(freshStanding(start).state).toBe('pending');
    expect(isDue(freshStanding(start), start)).toBe(true);
    expect(
      play([
        [0, unreachable],
        [30 * day, unreachable],
      ]),
    ).toMatchObject({ state: 'pending', why: 'dns' });
  });

  it('is valid with a validation, and asks again after its interval', () => {
    const standing = play([[0, validated]]);
    expect(standing).toMatchObject({ state: 'valid', lastValidatedAt: start, why: null });
    expect(isDue(standing, later(6 * hour - 1))).toBe(false);
    expect(isDue(standing, later(6 * hour))).toBe(true);
  });

  it('goes into grace when the server is out of reach, and expires a millisecond after it', () => {
    const standing = play([
      [0, validated],
      [6 * hour, unreachable],
    ]);
    expect(standing).toMatchObject({ state: 'grace', since: later(6 * hour), lastValidatedAt: start });
    expect(isGood(standing)).toBe(true);
    expect(standingAt(standing, later(14 * day), policy).state).toBe('grace');
    expect(standingAt(standing, later(14 * day + 1), policy).state).toBe('expired');
    const tried = play([
      [0, validated],
      [6 * hour, unreachable],
      [15 * day, unreachable],
    ]);
    expect(tried.state).toBe('expired');
    expect(isGood(tried)).toBe(false);
  });

  it('goes into grace by time alone when nobody looked after it', () => {
    const standing = play([[0, validated]]);
    expect(standingAt(standing, later(9 * hour), policy).state).toBe('valid');
    expect(standingAt(standing, later(9 * hour + 1), policy).state).toBe('grace');
  });

  it.each([
    ['key_url_mismatch', 'url_mismatch'],
    ['key_expired', 'expired'],
    ['key_revoked', 'revoked'],
    ['registration_revoked', 'revoked'],
    ['key_refused', 'revoked'],
  ])('takes %s for %s', (reason, state) => {
    expect(
      play([
        [0, validated],
        [6 * hour, refused(reason)],
      ]),
    ).toMatchObject({ state, why: reason });
  });

  it('remembers a refusal while the server is out of reach, and comes back with the next validation', () => {
    const standing = play([
      [0, validated],
      [6 * hour, refused('key_url_mismatch')],
      [7 * hour, unreachable],
    ]);
    expect(standing.state).toBe('url_mismatch');
    expect(afterAttempt(standing, validated, later(8 * hour), policy, middle)).toMatchObject({
      state: 'valid',
      since: later(8 * hour),
      failedAttempts: 0,
    });
  });

  it('waits longer from failure to failure, up to an hour; a refusal is remembered for five minutes at first', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 60].map((count) =>
      waitMs(play(Array.from({ length: count }, (_, n) => [n * hour, unreachable] as const))),
    );
    expect(waits.map((ms) => ms / 60_000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(waitMs(play([[0, refused('key_revoked')]]))).toBe(5 * 60_000);
  });

  it('spreads its times by a tenth up and down, and never more', () => {
    expect(waitMs(play([[0, validated]], () => 0))).toBe(5.4 * hour);
    expect(waitMs(play([[0, validated]], () => 0.999_999_9))).toBeCloseTo(6.6 * hour, -4);
  });

  it('is due when the clock was set back behind the last attempt', () => {
    const standing = play([[30 * day, validated]]);
    expect(isDue(standing, start)).toBe(true);
  });
});
