import { Client } from 'pg';
import { v7 } from 'uuid';
import { chainStart, entryText, hashAfter } from '../../../src/domain/audit-chain';
import { appendAudit, type AuditRecord } from '../../../src/store/audit';
import { openDatabase, withTransaction, type Database } from '../../../src/store/database';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';

let made: TestDatabase;
let database: Database;
beforeAll(async () => {
  made = await createTestDatabase();
  const options = { maxConnections: 10, connectTimeoutMs: 5000, statementTimeoutMs: 20_000 };
  database = openDatabase(made.url, options);
});
afterAll(async () => {
  await database.close();
  await made.drop();
});

const record = (object: string, detail: Record<string, unknown> = {}): AuditRecord => ({
  auditId: v7(),
  at: new Date(),
  actor: 'test',
  action: 'key.update',
  object,
  detail,
});

interface Row {
  seq: string;
  hash: Buffer;
  audit_id: string;
  at: Date;
  actor: string;
  action: string;
  object: string;
  detail: Record<string, unknown>;
}

/** As a stranger would: from the rows alone, by the driver's own types. */
async function recompute(instanceId: number): Promise<{ objects: string[]; wrong: string[] }> {
  const client = new Client(made.url);
  await client.connect();
  const { rows } = await client.query<Row>(
    'SELECT * FROM audit WHERE instance_id = $1 ORDER BY seq NULLS FIRST',
    [instanceId],
  );
  await client.end();
  let hash = chainStart;
  const wrong = rows.filter((row, place) => {
    const seq = Number(row.seq);
    hash = hashAfter(hash, entryText({ ...row, id: row.audit_id, at: row.at.toISOString(), seq }));
    return seq !== place + 1 || row.hash.toString('hex') !== hash;
  });
  return { objects: rows.map(({ object }) => object), wrong: wrong.map(({ object }) => object) };
}

it('chains rows of the use cases and of the settle queue alike, in their order', async () => {
  await database.db.transaction().execute(async (trx) => {
    await appendAudit(trx, 1, [record('a'), record('b')]);
    await appendAudit(trx, 1, [record('c')]);
  });
  await withTransaction(database.pool, (client) => appendAudit(client, 1, [record('d'), record('e')]));
  expect(await recompute(1)).toEqual({ objects: ['a', 'b', 'c', 'd', 'e'], wrong: [] });
});

it('covers a detail as the database gives it back, whatever is in it', async () => {
  const detail = {
    z: [1, 0.1, -0, 1e21, 1e-7, 2 ** 53, true, null, { b: 1, a: 2 }],
    '': 'NUL \u0000, half a pair \ud800, quote " and \\ and \u2028',
    '\u{1f600}': '\u{1f600}',
    '\uffff': 'after the pair in UTF-16, before it by code point',
    nothing: undefined,
    when: new Date(0),
    10: 'number as a name',
    9: 'and another',
  };
  await database.db
    .transaction()
    .execute((trx) => appendAudit(trx, 2, [record('odd \u0000 \ud800', detail)]));
  expect(await recompute(2)).toEqual({ objects: ['odd \ufffd \ufffd'], wrong: [] });
});

it('is one chain when many transactions add to it at the same time', async () => {
  const adding = Array.from({ length: 40 }, (_, n) =>
    database.db.transaction().execute((trx) => appendAudit(trx, 3, [record(`x${n}`), record(`y${n}`)])),
  );
  await Promise.all(adding);
  const { objects, wrong } = await recompute(3);
  expect([objects.length, new Set(objects).size, wrong]).toEqual([80, 80, []]);
});

it('leaves no gap when a transaction is rolled back', async () => {
  const add = (object: string, fails: boolean) =>
    database.db.transaction().execute(async (trx) => {
      await appendAudit(trx, 4, [record(object)]);
      if (fails) throw new Error('rolled back');
    });
  await add('first', false);
  await expect(add('lost', true)).rejects.toThrow('rolled back');
  await add('second', false);
  expect(await recompute(4)).toEqual({ objects: ['first', 'second'], wrong: [] });
});

it('takes in rows that are older than the chain, more than one page of them, and only once', async () => {
  await database.pool.query(
    `INSERT INTO audit (instance_id, audit_id, at, actor, action, object, detail)
     SELECT 5, ('019a0000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, '2026-01-01T00:00:00.123Z', 'old',
            'key.update', n::text, '{"b": 1, "a": {"d": [], "c": null}}'
       FROM generate_series(1, 1001) n`,
  );
  await database.db.transaction().execute((trx) => appendAudit(trx, 5, []));
  const older = await recompute(5);
  expect([older.objects.length, older.objects[0], older.objects[1000], older.wrong]).toEqual([
    1001,
    '1',
    '1001',
    [],
  ]);
  await database.db.transaction().execute((trx) => appendAudit(trx, 5, [record('new')]));
  const { objects, wrong } = await recompute(5);
  expect([objects.length, objects[1001], wrong]).toEqual([1002, 'new', []]);
});
