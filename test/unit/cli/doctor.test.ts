import { commandTable } from '../../../src/cli/command-table';
import { bounded } from '../../../src/cli/doctor/bounded';
import { publicUrlFindings } from '../../../src/cli/doctor/examine-ways';
import { ok, type Finding } from '../../../src/cli/doctor/finding';
import { judgeAdminTokens, judgeKeys } from '../../../src/cli/doctor/judge-access';
import {
  judgeCanaries,
  judgeHeld,
  judgeJunk,
  judgeSilent,
  judgeSources,
} from '../../../src/cli/doctor/judge-devices';
import { judgeForwarding } from '../../../src/cli/doctor/judge-forwarding';
import { judgeDatabaseClock, judgeServer } from '../../../src/cli/doctor/judge-server';
import {
  judgeAudit,
  judgeHousekeeping,
  judgeRegistrations,
  judgeSoftware,
  judgeWebhooks,
} from '../../../src/cli/doctor/judge-upkeep';
import type { Check } from '../../../src/cli/path-test/check';
import { createLog } from '../../../src/observability/log';

const now = new Date('2027-03-01T12:00:00Z');
const inDays = (days: number): Date => new Date(now.getTime() + days * 86_400_000);
const inMs = (ms: number): Date => new Date(now.getTime() + ms);
const told: Finding[] = [];
const states = (findings: Finding | readonly Finding[]): string[] => {
  const list: Finding[] = [findings].flat();
  told.push(...list);
  return list.map(({ state }) => state);
};

it('tells clocks of gateway and database apart from the time that the question takes', () => {
  const clock = (theirs: Date) => states(judgeDatabaseClock(theirs, now, inMs(300)))[0];
  expect([inMs(0), inMs(299), inMs(-2000), inMs(2300)].map(clock)).toEqual(['ok', 'ok', 'ok', 'ok']);
  expect([inMs(-2001), inMs(2301), inMs(60_300)].map(clock)).toEqual(['warning', 'warning', 'warning']);
  expect([inMs(-60_001), inMs(60_301)].map(clock)).toEqual(['problem', 'problem']);
});

it('counts the connections that all processes may want', () => {
  const facts = {
    version: '18.1',
    sizeBytes: 3 * 1024 * 1024,
    time: now,
    connections: 9,
    maxConnections: 97,
  };
  const need = { workers: 4, databaseMaxConnections: 20, settleConnections: 2 };
  const [enough] = judgeServer(facts, 'of DATABASE_URL', need);
  expect(enough).toEqual(ok('database', 'PostgreSQL 18.1, of DATABASE_URL; 3 MB, 9 of 97 connections'));
  expect(states(judgeServer({ ...facts, maxConnections: 95 }, '', need))).toEqual(['warning']);
});

it('wants an admin token that is good for a while, or another way in', () => {
  const judged = (instance: number, ends: (Date | null)[], oidc = false) =>
    states(
      judgeAdminTokens(
        instance,
        ends.map((expiresAt) => ({ name: 'ops', expiresAt })),
        now,
        oidc,
      ),
    )[0];
  expect(judged(1, [])).toBe('problem');
  expect([judged(1, [], true), judged(2, [])]).toEqual(['warning', 'warning']);
  expect([judged(1, [null]), judged(1, [inDays(15)])]).toEqual(['ok', 'ok']);
  expect([judged(1, [inDays(14)]), judged(1, [null, inDays(3)])]).toEqual(['warning', 'warning']);
});

it('names the keys that need somebody', () => {
  const none = { count: 0, names: [] };
  const group = { count: 5, names: ['a Paris', 'b Lyon', 'c Nice'] };
  const keys = { good: 7, usedUp: none, nearlyUsedUp: none, endSoon: none, ended: none };
  expect(judgeKeys(keys)).toEqual([ok('keys', '7 keys good')]);
  expect(states(judgeKeys({ ...keys, good: 0 }))).toEqual(['warning']);
  const all = judgeKeys({ good: 7, usedUp: group, nearlyUsedUp: group, endSoon: group, ended: group });
  expect(states(all)).toEqual(['warning', 'warning', 'warning', 'warning']);
  expect(all[0]?.what).toBe('hold as many assets as they may: 5 (a Paris, b Lyon, c Nice, 2 more)');
});

it('tells of devices that wait for a day, and of a twentieth of the assets that is silent', () => {
  const held = (open: number, days: number) => judgeHeld({ open, oldest: inDays(-days) }, now);
  expect(states([judgeHeld({ open: 0, oldest: null }, now), held(3, 0.9), held(1, 1)])).toEqual([
    'ok',
    'ok',
    'warning',
  ]);
  expect(held(10_001, 2).what).toContain('more than 10000 devices wait');
  expect(states([judgeSilent(100, 5, 14), judgeSilent(100, 6, 14), judgeSilent(0, 0, 14)])).toEqual([
    'ok',
    'warning',
    'ok',
  ]);
});

it('tells of junk that was learned, and of canaries that sang', () => {
  expect(states([judgeJunk(0, 7), judgeJunk(1, 7)])).toEqual(['ok', 'warning']);
  const silent = judgeCanaries({ alarms: 0, last: null }, 7);
  expect(states([silent, judgeCanaries({ alarms: 2, last: now }, 7)])).toEqual(['ok', 'warning']);
});

it('doubts a proxy when agents all come from one address', () => {
  const from = (agents: number, addresses: number, trusted: string[] = []) =>
    judgeSources({ agents, addresses, address: '10.1.2.3' }, trusted);
  expect(states([from(0, 0), from(4, 1), from(500, 2), from(5, 1)])).toEqual(['ok', 'ok', 'ok', 'warning']);
  expect(from(5, 1).nextStep).toContain('TRUSTED_PROXIES=10.1.2.3');
  expect(from(5, 1, ['10.1.0.0/16']).what).toContain('is a trusted proxy');
});

it('sees that housekeeping goes on, and that what is old goes', () => {
  const rules = { agentsSilentDays: 14, submissionRetentionDays: 30, eventRetentionDays: 30 };
  const facts = { oldestSubmission: null, oldestEvent: null, silentUpTo: inDays(-14) };
  const judged = (over: object, isRunning = true) =>
    states(judgeHousekeeping({ ...facts, ...over }, rules, now, isRunning));
  expect([judged({}), judged({ silentUpTo: null })]).toEqual([['ok'], ['ok']]);
  const late = inMs(-14 * 86_400_000 - 16 * 60_000);
  expect([judged({ silentUpTo: late }), judged({ silentUpTo: late }, false)]).toEqual([
    ['warning'],
    ['skipped'],
  ]);
  expect(judged({ oldestSubmission: inDays(-32.9), oldestEvent: inDays(-32) })).toEqual(['ok']);
  expect(judged({ oldestSubmission: inDays(-33), oldestEvent: inDays(-33) })).toEqual(['warning', 'warning']);
});

it('tells of software that is not searched: for too long while a gateway runs, or without room', () => {
  const judged = (over: object, isRunning = true) =>
    states(judgeSoftware({ waiting: 1, since: null, names: 2, leftOut: [], ...over }, now, isRunning));
  const late = { since: inMs(-16 * 60_000) };
  expect([judged({}), judged({ since: inMs(-15 * 60_000) }), judged(late, false)]).toEqual([
    ['ok'],
    ['ok'],
    ['ok'],
  ]);
  expect([judged(late), judged({ leftOut: [{ kid: 'k', count: 1 }] })]).toEqual([['warning'], ['warning']]);
});

it('tells of a broken audit log, of webhooks and of installations that do not fare well', () => {
  const check = { intact: true, entries: 1, head: null, unchained: 0, fault: null };
  const fault = { kind: 'changed', seq: 1, id: null, message: 'Entry 1 is not as it was written.' } as const;
  expect(states([judgeAudit(1, check), judgeAudit(2, { ...check, intact: false, fault })])).toEqual([
    'ok',
    'problem',
  ]);
  const hook = { id: 'w1', name: 'chat', waiting: 3 };
  expect(judgeWebhooks([])).toEqual([ok('webhooks', 'none')]);
  expect(
    states(
      judgeWebhooks([
        { ...hook, state: 'off' },
        { ...hook, state: 'working' },
      ]),
    ),
  ).toEqual(['ok']);
  expect(states(judgeWebhooks([{ ...hook, state: 'failing' }]))).toEqual(['warning']);
  expect([judgeRegistrations([]), states(judgeRegistrations(['valid', 'revoked']))]).toEqual([[], ['ok']]);
  const [bad] = judgeRegistrations(['valid', 'grace', 'expired', 'grace']);
  expect(bad).toMatchObject({
    state: 'warning',
    what: '4 installations registered here: 1 expired, 2 grace',
  });
});

it('tells how passing on fares', () => {
  const up = {
    instanceId: 1,
    kind: 'glpi',
    state: 'up',
    why: null,
    url: 'https://glpi.example',
    waiting: 0,
    dead: 0,
  } as const;
  const judged = (over: object) => states(judgeForwarding([{ ...up, oldestWaitSeconds: 0, ...over }]))[0];
  expect(states(judgeForwarding([]))).toEqual(['ok']);
  expect([{}, { waiting: 9, oldestWaitSeconds: 3600 }, { state: 'idle' }].map(judged)).toEqual([
    'ok',
    'ok',
    'ok',
  ]);
  const bad = [
    ...[{ state: 'down', why: 'unreachable' }, { state: 'paused' }, { dead: 1 }],
    ...[
      { state: 'idle', waiting: 1 },
      { waiting: 9, oldestWaitSeconds: 3601 },
      // No gateway that serves holds the registration.
      { kind: 'gatehouse', state: 'idle' },
    ],
  ];
  expect(bad.map(judged)).toEqual(bad.map(() => 'warning'));
});

it('is sure of a wrong way only where agents go the same one', () => {
  const check = (layer: Check['layer'], state: Check['state']): Check => ({
    ...{
      target: 'public URL',
      url: null,
      layer,
      state,
      what: 'it',
      nextStep: 'gatehouse test',
      exitCode: null,
    },
  });
  const judged = (...checks: Check[]) => states(publicUrlFindings('https://here.example', checks));
  expect(judged(check('dns', 'ok'), check('tcp', 'skipped'))).toEqual(['ok']);
  expect(judged(check('tcp', 'failed'))).toEqual(['warning']);
  expect(judged(check('tls', 'warning'), check('url', 'failed'))).toEqual(['warning', 'problem']);
});

it('makes a finding of whatever comes of a look, in time', async () => {
  const log = createLog({ level: 'fatal', format: 'json' }, () => undefined);
  const broken = await bounded({ check: 'a', look: () => Promise.reject(new Error('x')) }, log);
  const slow = await bounded({ check: 'b', look: () => new Promise(() => undefined) }, log, 1);
  expect([...broken, ...slow].map(({ check, state }) => [check, state])).toEqual([
    ['a', 'problem'],
    ['b', 'warning'],
  ]);
});

it('says of each thing that is wrong what to type, and only commands that there are', () => {
  const names = new Set(commandTable.map(({ name }) => name));
  for (const { state, check, nextStep } of told) {
    const isBad = state === 'warning' || state === 'problem';
    if (isBad) expect([check, nextStep]).toEqual([check, expect.any(String)]);
    for (const [, words = ''] of (nextStep ?? '').matchAll(/\bgatehouse ((?:[a-z]+ ?){1,3})/g)) {
      const some = words.trim().split(' ');
      const isOne = [1, 2, 3].some((length) => names.has(some.slice(0, length).join(' ')));
      expect([words, isOne]).toEqual([words, true]);
    }
  }
});
