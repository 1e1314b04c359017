import { Pool } from 'pg';
import { createSettleQueue, SettleQueueFull, type SettleQueue } from '../../../src/store/settle/settle-queue';
import { maxCandidatesPerIdentifier, maxCandidatesPerSharedKind } from '../../../src/store/settle/load-facts';
import { aKey, aSubmission, plantKey } from '../../support/settle-requests';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';

let database: TestDatabase;
let pool: Pool;
const open = (over = {}): SettleQueue =>
  createSettleQueue(pool, { settleConnections: 2, settleMaxBatch: 64, settleMaxQueue: 2000, ...over });
const count = async (sql: string): Promise<number> =>
  Number((await pool.query<{ n: string }>(`SELECT count(*) AS n FROM ${sql}`)).rows[0]?.n);
const serial = (value: string) => [{ kind: 'serial', value }] as const;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new Pool({ connectionString: database.url, max: 4 });
  // An idle connection that the server ends is reported here; the pool has already dropped it.
  pool.on('error', () => undefined);
  await plantKey(pool);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe('settling submissions', () => {
  it('makes one asset of eight simultaneous first posts of one device, also from two processes', async () => {
    const [one, other] = [open(), open()];
    const posts = Array.from({ length: 8 }, (_, i) =>
      (i % 2 === 0 ? one : other).settle(aSubmission(serial('EIGHT'))),
    );
    const settled = await Promise.all(posts);
    const outcomes = settled.map((settlement) => settlement.verdict === 'accepted' && settlement.outcome);
    expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
    expect(await count(`asset_identifier WHERE value = 'EIGHT'`)).toBe(1);
    expect(
      await count(
        `submission WHERE asset_id IN (SELECT asset_id FROM asset_identifier WHERE value = 'EIGHT')`,
      ),
    ).toBe(8);
  });

  it('keeps a quota exact under 50 parallel first contacts', async () => {
    const key = aKey({ kid: 'quotaquotaqu', maxAssets: 10 });
    await plantKey(pool, key);
    const [one, other] = [open(), open()];
    const settled = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        (i % 2 === 0 ? one : other).settle(aSubmission(serial(`Q${i}`), { key })),
      ),
    );
    expect(settled.filter(({ verdict }) => verdict === 'accepted')).toHaveLength(10);
    expect(await count(`asset WHERE kid = '${key.kid}'`)).toBe(10);
  });

  it('fails a submission that cannot be decided alone, not the ones that shared its transaction', async () => {
    const queue = open();
    const poison = aSubmission(serial('POISON'), {
      decide: () => {
        throw new Error('cannot decide');
      },
    });
    const results = await Promise.allSettled([
      queue.settle(aSubmission(serial('BEFORE'))),
      queue.settle(poison),
      queue.settle(aSubmission(serial('AFTER'))),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await count(`submission WHERE submission_id = '${poison.record.submissionId}'`)).toBe(0);
  });

  it('stores text that PostgreSQL has no character for', async () => {
    const name = 'a\u0000b\ud800c\\u0000 😀';
    await open().settle(aSubmission(serial('HOSTILE'), { name }));
    const { rows } = await pool.query<{ name: string }>(
      `SELECT name FROM asset JOIN asset_identifier USING (instance_id, asset_id) WHERE value = 'HOSTILE'`,
    );
    expect(rows).toEqual([{ name: 'a\ufffdb\ufffdc\\u0000 😀' }]);
  });

  it('turns away one submission more than the queue holds', async () => {
    const queue = open({ settleConnections: 1, settleMaxBatch: 1, settleMaxQueue: 3 });
    const results = await Promise.allSettled(
      Array.from({ length: 4 }, (_, i) => queue.settle(aSubmission(serial(`FULL${i}`)))),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    expect((results[3] as PromiseRejectedResult).reason).toBeInstanceOf(SettleQueueFull);
  });

  it.each([
    ['serial', maxCandidatesPerIdentifier],
    ['certificate', maxCandidatesPerSharedKind],
    ['sshkey', maxCandidatesPerSharedKind],
  ] as const)('looks at a bounded number of assets for one %s, the oldest first', async (kind, most) => {
    const queue = open();
    const shared = [{ kind, value: `SHARED-${kind}` }];
    const make = (i: number) =>
      aSubmission([...shared, { kind: 'mac', value: `02:00:00:00:00:0${i}` }], {
        decide: (facts) => aSubmission(shared).decide({ ...facts, candidates: [] }),
      });
    for (let i = 0; i <= most; i++) await queue.settle(make(i));
    let seen: readonly string[] = [];
    const probe = aSubmission(shared);
    await queue.settle({
      ...probe,
      decide: (facts) => {
        seen = facts.candidates.map(({ assetId }) => assetId);
        return probe.decide(facts);
      },
    });
    const { rows } = await pool.query<{ asset_id: string }>(
      `SELECT asset_id FROM asset_identifier WHERE value = $1 ORDER BY asset_id LIMIT $2`,
      [`SHARED-${kind}`, most],
    );
    expect(seen).toEqual(rows.map((row) => row.asset_id));
  });

  it('rejects while the database is away and settles again when it is back', async () => {
    const queue = open();
    await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    const first = await Promise.allSettled([queue.settle(aSubmission(serial('AWAY1')))]);
    const second = await queue.settle(aSubmission(serial('AWAY2')));
    expect(['fulfilled', 'rejected']).toContain(first[0].status);
    expect(second.verdict).toBe('accepted');
    expect(await count(`asset_identifier WHERE value = 'AWAY1'`)).toBe(
      first[0].status === 'fulfilled' ? 1 : 0,
    );
  });

  it('keeps the bytes of a held submission', async () => {
    const held = aSubmission(serial('HELD'), {
      decide: () => ({
        verdict: 'quarantined',
        reason: 'identity_conflict',
        evidence: { why: 'x' },
        notes: [],
        conflictsWith: undefined,
        contests: undefined,
        awaitFull: true,
      }),
    });
    await open().settle(held);
    const { rows } = await pool.query<{ wire: Buffer }>(
      'SELECT wire FROM submission_body WHERE submission_id = $1',
      [held.record.submissionId],
    );
    expect(rows[0]?.wire.toString()).toBe('held');
  });
});
