import { randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '../../../src/store/database';
import { deleteOldSubmissions } from '../../../src/store/retention';
import { aKey, plantKey } from '../../support/settle-requests';
import { createTestDatabase, type TestDatabase } from '../../support/test-database';

const limit = new Date('2026-03-01T00:00:00Z');
const old = new Date('2026-02-28T23:59:59Z');

describe('deleting old submissions', () => {
  let test_: TestDatabase;
  let database: Database;

  beforeAll(async () => {
    test_ = await createTestDatabase();
    database = openDatabase(test_.url, {
      maxConnections: 4,
      connectTimeoutMs: 5000,
      statementTimeoutMs: 10_000,
    });
    await database.pool.query(
      `INSERT INTO instance (instance_id, name, public_urls, created_at)
       VALUES (1, 'one', '{http://localhost}', $1), (2, 'two', '{http://two}', $1)`,
      [old],
    );
    await plantKey(database.pool);
  });

  beforeEach(async () => {
    await database.pool.query('DELETE FROM submission');
  });

  afterAll(async () => {
    await database.close();
    await test_.drop();
  });

  async function insert(
    receivedAt: Date,
    verdict: 'accepted' | 'refused' | 'quarantined' = 'accepted',
    over: { instanceId?: number; resolvedAt?: Date } = {},
  ): Promise<string> {
    const id = randomUUID();
    await database.pool.query(
      `INSERT INTO submission (instance_id, submission_id, received_at, verdict, outcome, reason, evidence,
         source_address, resolution, resolved_at)
       VALUES ($1, $2, $3, $4, $5, $6, '{}', '192.0.2.1', $7, $8)`,
      [
        over.instanceId ?? 1,
        id,
        receivedAt,
        verdict,
        verdict === 'accepted' ? 'created' : null,
        verdict === 'accepted' ? null : 'identity_conflict',
        over.resolvedAt === undefined ? null : 'reject',
        over.resolvedAt ?? null,
      ],
    );
    return id;
  }

  /** A case of these submissions. */
  async function open(last: string, ids: readonly string[], resolution: string | null = null): Promise<void> {
    await database.pool.query(
      `INSERT INTO quarantine (instance_id, case_id, kid, fingerprint, reason, identity, evidence, source_address,
         first_seen, last_seen, last_submission, resolution, resolved_at)
       VALUES (1, $1, $2, $1::uuid::text, 'identity_conflict', '{}', '{}', '192.0.2.1', $3, $3, $1, $4, $5)`,
      [last, aKey().kid, old, resolution, resolution === null ? null : old],
    );
    await database.pool.query('UPDATE submission SET case_id = $1 WHERE submission_id = ANY($2)', [
      last,
      ids,
    ]);
  }

  async function left(): Promise<string[]> {
    const { rows } = await database.pool.query<{ id: string }>('SELECT submission_id AS id FROM submission');
    return rows.map(({ id }) => id).sort();
  }

  test('takes what is older, in every instance, and leaves the rest', async () => {
    await insert(old);
    await insert(old, 'refused', { instanceId: 2 });
    const young = await insert(limit);
    expect(await deleteOldSubmissions(database.pool, limit)).toBe(2);
    expect(await left()).toEqual([young]);
  });

  test('of a device that is held keeps the latest submission until it is decided on, and no other', async () => {
    const [earlier, latest, decided] = [
      await insert(old, 'quarantined'),
      await insert(old, 'quarantined'),
      await insert(old, 'quarantined', { resolvedAt: old }),
    ];
    await open(latest, [earlier, latest]);
    await open(decided, [decided], 'reject');
    expect(await deleteOldSubmissions(database.pool, limit)).toBe(2);
    expect(await left()).toEqual([latest]);
  });

  test('takes the kept body with its submission', async () => {
    const id = await insert(old, 'quarantined', { resolvedAt: old });
    await database.pool.query(
      `INSERT INTO submission_body (instance_id, submission_id, wire) VALUES (1, $1, '\\x00')`,
      [id],
    );
    await deleteOldSubmissions(database.pool, limit);
    const { rowCount } = await database.pool.query('SELECT FROM submission_body');
    expect(rowCount).toBe(0);
  });

  test('goes in batches and stops after the most of one run', async () => {
    for (let i = 0; i < 7; i++) await insert(old);
    expect(await deleteOldSubmissions(database.pool, limit, { batchRows: 2, maxBatches: 2 })).toBe(4);
    expect(await deleteOldSubmissions(database.pool, limit, { batchRows: 2, maxBatches: 10 })).toBe(3);
  });

  test('leaves it to the process that is at it', async () => {
    await insert(old);
    const other = await database.pool.connect();
    try {
      await other.query('SELECT pg_advisory_lock(7470312005)');
      expect(await deleteOldSubmissions(database.pool, limit)).toBeUndefined();
    } finally {
      await other.query('SELECT pg_advisory_unlock_all()');
      other.release();
    }
    expect(await deleteOldSubmissions(database.pool, limit)).toBe(1);
  });
});
