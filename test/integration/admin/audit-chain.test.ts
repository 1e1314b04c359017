import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { v7 } from 'uuid';
import type { Caller } from '../../../src/admin/admin-deps';
import { exportAudit } from '../../../src/admin/export-audit';
import { chainPageRows, verifyAudit, type VerifyOptions } from '../../../src/admin/verify-audit';
import { chainStart, entryText, hashAfter } from '../../../src/domain/audit-chain';
import { appendAudit, type AuditRecord } from '../../../src/store/audit';
import { listChainPage } from '../../../src/store/audit-chain';
import { openDatabase, type Database } from '../../../src/store/database';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';

let made: TestDatabase;
let database: Database;
beforeAll(async () => {
  made = await createTestDatabase();
  const options = { maxConnections: 5, connectTimeoutMs: 5000, statementTimeoutMs: 20_000 };
  database = openDatabase(made.url, options);
});
afterAll(async () => {
  await database.close();
  await made.drop();
});

let instances = 0;

/** An instance of its own with so many entries: `entry 1`, `entry 2`, … */
async function aChain(length: number): Promise<Caller> {
  const caller = { instanceId: ++instances, actor: 'test' };
  await add(caller, length);
  return caller;
}

async function add({ instanceId }: Caller, length: number): Promise<void> {
  const records = Array.from({ length }, (_, n): AuditRecord => ({
    auditId: v7(),
    at: new Date(),
    actor: 'test',
    action: 'key.update',
    object: `entry ${n + 1}`,
    detail: { note: 'as it was', n },
  }));
  await database.db.transaction().execute((trx) => appendAudit(trx, instanceId, records));
}

const verify = (caller: Caller, options: VerifyOptions = {}) =>
  verifyAudit({ db: database.db }, caller, options);

/** As somebody who may write to the database would. */
async function tamper({ instanceId }: Caller, sql: string, ...values: unknown[]): Promise<void> {
  await database.pool.query(sql, [instanceId, ...values]);
}

async function idAt({ instanceId }: Caller, seq: number): Promise<string> {
  const [entry] = await listChainPage(database.db, instanceId, { limit: 1, after: seq - 1 });
  return entry?.id ?? '';
}

const copyOf = (n: number, seq: string, hash: string) =>
  `INSERT INTO audit (instance_id, audit_id, at, actor, action, object, detail, seq, hash)
   SELECT instance_id, $2, at, actor, action, object, detail, ${seq}, ${hash}
     FROM audit WHERE instance_id = $1 AND object = 'entry ${n}'`;

it('finds an untouched chain intact, and says where it ends', async () => {
  const caller = await aChain(5);
  const check = await verify(caller);
  expect(check).toMatchObject({ intact: true, entries: 5, unchained: 0, fault: null, head: { seq: 5 } });
  expect(check.head?.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(await verify({ instanceId: 999, actor: 'test' })).toEqual({
    intact: true,
    entries: 0,
    head: null,
    unchained: 0,
    fault: null,
  });
});

it.each([
  ['who did it', `actor = 'somebody else'`],
  ['what was done', `action = 'key.revoke'`],
  ['what it was done to', `object = 'another'`],
  ['a detail', `detail = '{"note": "as it was not", "n": 2}'`],
  ['the time', `at = at + interval '1 second'`],
  ['the time by a microsecond', `at = at + interval '1 microsecond'`],
  ['the id', `audit_id = '019a0000-0000-7000-8000-000000000000'`],
  ['the hash', `hash = decode(repeat('ab', 32), 'hex')`],
  ['the hash away', 'hash = NULL'],
])('sees that somebody changed %s', async (_what, set) => {
  const caller = await aChain(5);
  await tamper(caller, `UPDATE audit SET ${set} WHERE instance_id = $1 AND seq = 3`);
  const { intact, entries, fault } = await verify(caller);
  expect([intact, entries, fault?.kind, fault?.seq]).toEqual([false, 2, 'changed', 3]);
  expect(fault?.id).toBe(await idAt(caller, 3));
});

it('sees entries that were taken out, in the middle, at the beginning and at the end', async () => {
  for (const [first, last] of [
    [3, 3],
    [2, 4],
    [1, 1],
    [5, 6],
    [1, 6],
  ] as const) {
    const caller = await aChain(6);
    await tamper(caller, `DELETE FROM audit WHERE instance_id = $1 AND seq BETWEEN ${first} AND ${last}`);
    const { intact, entries, fault } = await verify(caller);
    expect([intact, entries, fault?.kind, fault?.seq]).toEqual([false, first - 1, 'missing', first]);
  }
});

it('sees an entry that was put in: in the middle, after the end, before the beginning, without a place', async () => {
  const middle = await aChain(5);
  await tamper(middle, `UPDATE audit SET seq = -seq WHERE instance_id = $1 AND seq >= 3`);
  await tamper(middle, `UPDATE audit SET seq = 1 - seq WHERE instance_id = $1 AND seq < 0`);
  const added = v7();
  await tamper(middle, copyOf(2, '3', 'hash'), added);
  expect((await verify(middle)).fault).toMatchObject({ kind: 'inserted', seq: 3, id: added });

  const end = await aChain(2);
  await tamper(end, copyOf(2, '3', 'hash'), added);
  expect((await verify(end)).fault).toMatchObject({ kind: 'changed', seq: 3, id: added });

  const beginning = await aChain(2);
  await tamper(beginning, copyOf(1, '0', 'hash'), added);
  expect((await verify(beginning)).fault).toMatchObject({ kind: 'inserted', seq: 0, id: added });

  const nowhere = await aChain(2);
  await tamper(nowhere, copyOf(1, 'NULL', 'NULL'), added);
  expect((await verify(nowhere)).fault).toMatchObject({ kind: 'inserted', seq: null, id: added });
});

it('sees an entry with a right hash after the end that the head does not know', async () => {
  const caller = await aChain(2);
  const id = v7();
  const { head } = await verify(caller);
  const at = '2026-01-01T00:00:00.000Z';
  const entry = { seq: 3, id, at, actor: 'forger', action: 'key.update', object: 'forged', detail: {} };
  await tamper(
    caller,
    `INSERT INTO audit (instance_id, audit_id, at, actor, action, object, detail, seq, hash)
     VALUES ($1, $2, $3, 'forger', 'key.update', 'forged', '{}', 3, decode($4, 'hex'))`,
    id,
    at,
    hashAfter(head?.hash ?? '', entryText(entry)),
  );
  expect((await verify(caller)).fault).toMatchObject({ kind: 'head', seq: 2 });
});

it('sees entries that were moved, whether their hashes moved with them or not', async () => {
  const swap = `UPDATE audit SET seq = -seq WHERE instance_id = $1 AND seq IN (2, 4)`;
  const back = `UPDATE audit SET seq = CASE seq WHEN -2 THEN 4 ELSE 2 END WHERE instance_id = $1 AND seq < 0`;
  const caller = await aChain(5);
  const id = await idAt(caller, 2);
  await tamper(caller, swap);
  await tamper(caller, back);
  expect((await verify(caller)).fault).toMatchObject({ kind: 'order', seq: 2, id });

  const withoutHashes = await aChain(5);
  await tamper(
    withoutHashes,
    `UPDATE audit AS a SET actor = b.actor, object = b.object, detail = b.detail FROM audit AS b
      WHERE a.instance_id = $1 AND b.instance_id = $1 AND (a.seq, b.seq) IN ((2, 4), (4, 2))`,
  );
  expect((await verify(withoutHashes)).fault).toMatchObject({ kind: 'changed', seq: 2 });
});

it('sees a head that was taken away, put back or changed', async () => {
  for (const [sql, seq] of [
    ['DELETE FROM audit_head WHERE instance_id = $1', 3],
    [`UPDATE audit_head SET hash = decode(repeat('ab', 32), 'hex') WHERE instance_id = $1`, 3],
    ['UPDATE audit_head SET seq = 2 WHERE instance_id = $1', 2],
  ] as const) {
    const caller = await aChain(3);
    await tamper(caller, sql);
    expect((await verify(caller)).fault).toMatchObject({ kind: 'head', seq });
  }
});

describe('against somebody who knows how the chain is made', () => {
  /** Cuts the end off and lets the head say that this is the end. */
  async function cutOff(caller: Caller, seq: number): Promise<void> {
    await tamper(caller, `DELETE FROM audit WHERE instance_id = $1 AND seq > ${seq}`);
    const last = `(SELECT hash FROM audit WHERE instance_id = $1 AND seq = ${seq})`;
    await tamper(caller, `UPDATE audit_head SET seq = ${seq}, hash = ${last} WHERE instance_id = $1`);
  }

  /** Changes an entry and computes every hash after it anew. */
  async function rewrite(caller: Caller): Promise<void> {
    await tamper(caller, `UPDATE audit SET actor = 'innocent' WHERE instance_id = $1 AND seq = 2`);
    let hash = chainStart;
    const rows = await listChainPage(database.db, caller.instanceId, { limit: 100, after: undefined });
    for (const row of rows) {
      hash = hashAfter(hash, entryText(row));
      const set = `hash = decode($2, 'hex') WHERE instance_id = $1`;
      await tamper(caller, `UPDATE audit SET ${set} AND seq = ${row.seq}`, hash);
      await tamper(caller, `UPDATE audit_head SET ${set}`, hash);
    }
  }

  it.each([
    ['a cut-off end', (caller: Caller) => cutOff(caller, 3)],
    ['a chain written anew', rewrite],
  ])('only a head that was noted before shows %s', async (_what, attack) => {
    const caller = await aChain(5);
    const expectHead = (await verify(caller)).head?.hash ?? '';
    await attack(caller);
    expect((await verify(caller)).intact).toBe(true);
    const { intact, fault } = await verify(caller, { expectHead });
    expect([intact, fault?.kind]).toEqual([false, 'expected_head']);
  });

  it('a head that was noted stays good while the log grows, in either case of its letters', async () => {
    const caller = await aChain(3);
    const expectHead = (await verify(caller)).head?.hash.toUpperCase() ?? '';
    await add(caller, 4);
    expect(await verify(caller, { expectHead })).toMatchObject({ intact: true, entries: 7 });
  });
});

it('tells entries that are older than the chain, and is no worse for them', async () => {
  const caller = { instanceId: ++instances, actor: 'test' };
  await tamper(
    caller,
    `INSERT INTO audit (instance_id, audit_id, at, actor, action, object)
     VALUES ($1, gen_random_uuid(), now(), 'old', 'key.create', 'k')`,
  );
  expect(await verify(caller)).toMatchObject({ intact: true, entries: 0, unchained: 1 });
  await add(caller, 1);
  expect(await verify(caller)).toMatchObject({ intact: true, entries: 2, unchained: 0 });
});

it('walks more than one page, and says how far it is', async () => {
  const caller = await aChain(chainPageRows + 1);
  const told: number[] = [];
  const check = await verify(caller, { onProgress: (entries) => told.push(entries) });
  expect([check.intact, check.entries, told]).toEqual([true, 1001, [1000, 1001]]);
  await tamper(caller, `UPDATE audit SET object = 'x' WHERE instance_id = $1 AND seq = 1001`);
  expect((await verify(caller)).fault).toMatchObject({ kind: 'changed', seq: 1001 });
});

it('checks only the last entries where that is asked for, and those as well as ever', async () => {
  const caller = await aChain(6);
  await tamper(caller, `UPDATE audit SET actor = 'somebody else' WHERE instance_id = $1 AND seq = 3`);
  expect(await verify(caller, { last: 3 })).toMatchObject({ intact: true, entries: 3, head: { seq: 6 } });
  expect(await verify(caller, { last: 4 })).toMatchObject({ fault: { kind: 'changed', seq: 3 } });
  expect(await verify(caller, { last: 7 })).toMatchObject({ fault: { kind: 'changed', seq: 3 } });
  await tamper(caller, `DELETE FROM audit WHERE instance_id = $1 AND seq = 5`);
  expect(await verify(caller, { last: 3 })).toMatchObject({ fault: { kind: 'missing', seq: 5 } });
});

it('is for nobody who is limited to an entity', async () => {
  const token = { tokenId: 't', role: 'admin', entityId: v7(), expiresAt: null } as const;
  const limited = { ...(await aChain(1)), token };
  await expect(verify(limited)).rejects.toMatchObject({ code: 'role_insufficient' });
  await expect(exported(limited)).rejects.toMatchObject({ code: 'role_insufficient' });
});

async function exported(caller: Caller): Promise<string> {
  let text = '';
  for await (const lines of exportAudit({ db: database.db }, caller)) text += lines;
  return text;
}

describe('an export', () => {
  const page = readFileSync(path.resolve(__dirname, '../../../docs/audit.md'), 'utf8');
  const recipe = /```js\n(.*?)```/s.exec(page)?.[1] ?? '';
  /** Exit code and output of the recipe that docs/audit.md gives to others. */
  function check(text: string): [number, string] {
    try {
      return [0, execFileSync(process.execPath, ['-e', recipe], { input: text, encoding: 'utf8' }).trim()];
    } catch (error) {
      const { status, stdout } = error as { status: number; stdout: string };
      return [status, stdout.trim()];
    }
  }

  it('is checked by the recipe of docs/audit.md, which comes to the same head', async () => {
    const caller = await aChain(chainPageRows + 2);
    const text = await exported(caller);
    const { head } = await verify(caller);
    expect(check(text)).toEqual([0, `intact: 1002 entries, head ${head?.hash ?? ''}`]);
    const lines = text.split('\n');
    expect(check(lines.toSpliced(3, 1).join('\n'))[0]).toBe(1);
    expect(check(text.replace('"entry 500"', '"entry 501"'))[0]).toBe(1);
  });

  it('shows what was changed in the database as it now is', async () => {
    const caller = await aChain(3);
    await tamper(caller, `UPDATE audit SET actor = 'x' WHERE instance_id = $1 AND seq = 2`);
    expect(check(await exported(caller))[0]).toBe(1);
  });

  it('has what is older than the chain first, without a hash', async () => {
    const caller = { instanceId: ++instances, actor: 'test' };
    await tamper(
      caller,
      `INSERT INTO audit (instance_id, audit_id, at, actor, action, object)
       VALUES ($1, gen_random_uuid(), '2026-01-01T00:00:00Z', 'old', 'key.create', 'k')`,
    );
    expect(JSON.parse(await exported(caller))).toMatchObject({
      hash: null,
      entry: { actor: 'old', seq: null, at: '2026-01-01T00:00:00.000Z' },
    });
  });
});
