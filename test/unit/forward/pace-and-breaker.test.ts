import { backoffMs } from '../../../src/forward/backoff';
import {
  allowed,
  closedBreaker,
  onJudged,
  onNewCredential,
  onSent,
  readBreaker,
  type Breaker,
} from '../../../src/forward/breaker';
import type { Judgement } from '../../../src/forward/judge-answer';
import {
  onBadAnswer,
  onGoodAnswer,
  readPace,
  startPace,
  windowOf,
  type Pace,
} from '../../../src/forward/pace';

const delivered: Judgement = { kind: 'delivered' };
const failed: Judgement = { kind: 'failed', why: 'server_error', detail: '' };
const down = (why: 'unreachable' | 'maintenance' | 'credential_refused'): Judgement => ({
  kind: 'down',
  why,
  detail: '',
});
const half = () => 0.5;
const after = (judgements: readonly Judgement[], start = closedBreaker): Breaker =>
  judgements.reduce((breaker, one) => onJudged(breaker, one, 0, half), start);

/** GLPI on two cores as it was measured: latency in ms with so many at once. */
const measured = new Map([
  [1, 407],
  [2, 480],
  [3, 560],
  [4, 647],
  [5, 840],
  [6, 1050],
  [7, 1260],
  [8, 1473],
]);

test('the window settles where GLPI is busy and little waits in it', () => {
  let pace: Pace = startPace;
  for (let answer = 0; answer < 500; answer++) {
    const inFlight = windowOf(pace, 16);
    const latencyMs = measured.get(inFlight) ?? inFlight * 185;
    pace = onGoodAnswer(pace, { bytes: 5000, latencyMs, sentAt: answer }, inFlight, 16);
  }
  expect(windowOf(pace, 16)).toBeGreaterThanOrEqual(4);
  expect(windowOf(pace, 16)).toBeLessThanOrEqual(7);
});

test('a window that is not used does not grow, and never passes the limit or falls below one', () => {
  const one = { bytes: 5000, latencyMs: 100, sentAt: 10 };
  expect(onGoodAnswer({ ...startPace, window: 3 }, one, 1, 8).window).toBe(3);
  expect(onGoodAnswer({ ...startPace, window: 8 }, one, 8, 8).window).toBe(8);
  expect(onBadAnswer(startPace, one, 20, 8).window).toBe(1);
});

test('those that failed together halve the window once', () => {
  const sent = { bytes: 5000, latencyMs: 100, sentAt: 10 };
  const once = onBadAnswer({ ...startPace, window: 8 }, sent, 20, 8);
  expect(once.window).toBe(4);
  expect(onBadAnswer(once, sent, 21, 8).window).toBe(4);
  expect(onBadAnswer(once, { ...sent, sentAt: 30 }, 40, 8).window).toBe(2);
});

test('a small and a large inventory are not measured by the same standard', () => {
  let pace: Pace = { ...startPace, window: 4 };
  for (let n = 0; n < 40; n++) {
    const [bytes, latencyMs] = n % 2 === 0 ? [5_000, 400] : [50_000, 1300];
    pace = onGoodAnswer(pace, { bytes, latencyMs, sentAt: n }, 4, 8);
  }
  expect(pace.window).toBeGreaterThan(4);
});

test('the breaker opens at once for what is sure, and after three or ten for what may be chance', () => {
  expect(after([down('maintenance')]).state).toBe('open');
  expect(after([down('unreachable'), down('unreachable')]).state).toBe('closed');
  expect(after([down('unreachable'), down('unreachable'), down('unreachable')]).state).toBe('open');
  expect(after(Array<Judgement>(9).fill(failed)).state).toBe('closed');
  expect(after(Array<Judgement>(10).fill(failed)).state).toBe('open');
  expect(after([...Array<Judgement>(9).fill(failed), delivered, failed]).state).toBe('closed');
});

test('one is sent after the open time; its answer closes the breaker or opens it for longer', () => {
  const open = after([down('maintenance')]);
  expect(allowed(open, 8, open.until - 1)).toBe(0);
  expect(allowed(open, 8, open.until)).toBe(1);
  // The clock was ahead when it opened, by more than any wait.
  const before = open.until - 3_600_001;
  expect([allowed(open, 8, before + 1), allowed(open, 8, before)]).toEqual([0, 1]);
  expect(onSent(open, before).state).toBe('half_open');
  const knocking = onSent(open, open.until);
  expect(knocking.state).toBe('half_open');
  expect(onJudged(knocking, delivered, open.until, half)).toEqual(closedBreaker);
  const again = onJudged(knocking, down('unreachable'), open.until, half);
  expect(again.state).toBe('open');
  expect(again.until - open.until).toBeGreaterThan(open.until);
});

test('a late answer of before does not close an open breaker', () => {
  expect(onJudged(after([down('maintenance')]), delivered, 1, half).state).toBe('open');
});

test('a refused credential is tried rarely', () => {
  expect(after([down('credential_refused')]).until).toBeGreaterThanOrEqual(30_000);
  expect(after([down('maintenance')]).until).toBeLessThanOrEqual(5_000);
});

test('another credential is worth a knock at once, and nothing but a refused one waits for it', () => {
  const refused = after([down('credential_refused')]);
  expect(allowed(onNewCredential(refused, 7), 8, 7)).toBe(1);
  const busy = after([down('maintenance')]);
  expect([onNewCredential(busy, 7), onNewCredential(closedBreaker, 7)]).toEqual([busy, closedBreaker]);
});

test('the open time follows Retry-After', () => {
  const overloaded: Judgement = { kind: 'down', why: 'overloaded', detail: '', retryAfterMs: 600_000 };
  expect(after([overloaded]).until).toBe(600_000);
});

test('waits double up to their limit and are spread', () => {
  const waits = { firstMs: 1000, maxMs: 60_000 };
  expect(backoffMs(1, waits, () => 0)).toBe(500);
  expect(backoffMs(1, waits, () => 1)).toBe(1000);
  expect(backoffMs(4, waits, () => 1)).toBe(8000);
  expect(backoffMs(10_000, waits, () => 1)).toBe(60_000);
});

test('what another process stored is taken up, and rubbish is not', () => {
  expect(readBreaker({ ...closedBreaker, state: 'half_open', until: 5 })).toMatchObject({
    state: 'open',
    until: 5,
  });
  expect(readBreaker({ state: 'on fire' })).toEqual(closedBreaker);
  expect(readPace({ ...startPace, window: 3 }).window).toBe(3);
  expect(readPace({ window: 'wide' })).toEqual(startPace);
});
