import type { ClientBase } from 'pg';
import { v7 as timeOrderedId } from 'uuid';
import type { DeviceIdentity, Identifier, StoredIdentity } from '../../domain/identity';
import { defaultMaxJunkLearnedPerKeyPerDay, type LearnedJunk } from '../../domain/junk';
import { has, valuesOf } from '../../identity/identity-sets';
import type { Facts, JunkHolder, SettleRequest, Settlement } from '../../ingest/ports';
import type { AuditRecord } from '../audit';
import { sqlJson } from './sql-json';

/** Assets looked at for one suspect, the oldest first: some may be of other keys. */
const maxRowsPerSuspect = 64;
/** Assets of the key, and of each of them held devices that claim it. */
const maxAssetsPerSuspect = 8;
const maxCasesPerAsset = 16;
const dayMs = 24 * 60 * 60_000;

const holders = {
  name: 'settle_junk_holders',
  text: `WITH own AS (
           SELECT w.n, w.k, w.v, a.asset_id, a.name, a.identity FROM json_to_recordset($2::json) AS w(n int, k text, v text)
            CROSS JOIN LATERAL (
              SELECT a.* FROM (SELECT asset_id FROM asset_identifier
                                WHERE instance_id = $1 AND kind = w.k AND value = w.v
                                ORDER BY asset_id LIMIT ${maxRowsPerSuspect}) AS i
               CROSS JOIN LATERAL (SELECT asset_id, name, identity FROM asset
                                    WHERE instance_id = $1 AND asset_id = i.asset_id AND kid = $3 AND status = 'active'
                                   OFFSET 0) AS a
               LIMIT ${maxAssetsPerSuspect}) AS a)
         SELECT n, asset_id, NULL::uuid AS case_id, name, identity FROM own
         UNION ALL
         SELECT own.n, NULL, q.case_id, q.name, q.identity FROM own
          CROSS JOIN LATERAL (SELECT case_id, name, identity FROM quarantine
                               WHERE asset_id = own.asset_id AND instance_id = $1 AND kid = $3
                                 AND resolution IS NULL AND reason = 'identity_conflict'
                               ORDER BY case_id LIMIT ${maxCasesPerAsset}) AS q`,
} as const;

/** Counts to the limit and no further. */
const countLearned = {
  name: 'settle_junk_count',
  text: `SELECT count(*)::int AS n FROM (
           SELECT 1 FROM junk WHERE kid = $2 AND kind = $3 AND instance_id = $1 AND origin = 'learned' AND since > $4
            LIMIT $5) AS counted`,
} as const;

const insertLearned = {
  name: 'settle_junk_insert',
  text: `INSERT INTO junk (instance_id, kind, value, kid, junk_id, origin, since, made_by, why)
         SELECT $1, kind, value, kid, id, 'learned', since, made_by, why
           FROM json_to_recordset($2::json) AS r(kind text, value text, kid text, id uuid, since timestamptz, made_by text, why jsonb)
         ON CONFLICT DO NOTHING RETURNING junk_id, kind, value`,
} as const;

interface HolderRow {
  n: number;
  asset_id: string | null;
  case_id: string | null;
  name: string | null;
  /** Of a case as its submission showed it. */
  identity: StoredIdentity & DeviceIdentity;
}

export interface Learned {
  readonly values: readonly Identifier[];
  /** For the end of the transaction. */
  readonly audit: readonly AuditRecord[];
}

const nothing: Learned = { values: [], audit: [] };

/**
 * What a decided submission teaches, written in the transaction that settles it. Its identifiers are locked: nobody else
 * counts the same devices meanwhile. Most submissions teach nothing and cost no look-up.
 */
export async function learnJunk(
  client: ClientBase,
  request: SettleRequest,
  { settlement, facts }: { readonly settlement: Settlement; readonly facts: Facts },
  maxPerKeyPerDay = defaultMaxJunkLearnedPerKeyPerDay,
): Promise<Learned> {
  const suspects = request.learning.suspects(settlement, facts);
  if (suspects.length === 0) return nothing;
  const known = await loadHolders(client, request, suspects);
  const learned = suspects.flatMap(
    (suspect, n) => request.learning.learn(suspect, known[n] ?? [], settlement, facts) ?? [],
  );
  const allowed = await withinLimit(client, request, learned, maxPerKeyPerDay);
  if (allowed.length === 0) return nothing;
  return await write(client, request, allowed);
}

async function loadHolders(
  client: ClientBase,
  { record }: SettleRequest,
  suspects: readonly Identifier[],
): Promise<JunkHolder[][]> {
  const wanted = suspects.map(({ kind, value }, n) => ({ n, k: kind, v: value }));
  const { rows } = await client.query<HolderRow>({
    ...holders,
    values: [record.instanceId, sqlJson(wanted), record.kid],
  });
  return suspects.map((suspect, n) =>
    rows.flatMap((row): JunkHolder[] => {
      if (row.n !== n) return [];
      const { asset_id: assetId, case_id: caseId, name } = row;
      if (assetId !== null) return [{ assetId, name, identity: row.identity }];
      const identity = valuesOf(row.identity);
      return caseId !== null && has(identity, suspect) ? [{ caseId, name, identity }] : [];
    }),
  );
}

async function withinLimit(
  client: ClientBase,
  { record }: SettleRequest,
  learned: readonly LearnedJunk[],
  max: number,
): Promise<LearnedJunk[]> {
  const allowed: LearnedJunk[] = [];
  for (const [kind, ofKind] of Map.groupBy(learned, (one) => one.kind)) {
    const since = new Date(record.receivedAt.getTime() - dayMs);
    const { rows } = await client.query<{ n: number }>({
      ...countLearned,
      values: [record.instanceId, record.kid, kind, since, max],
    });
    allowed.push(...ofKind.slice(0, max - (rows[0]?.n ?? 0)));
  }
  return allowed;
}

async function write(
  client: ClientBase,
  { record }: SettleRequest,
  learned: readonly LearnedJunk[],
): Promise<Learned> {
  const { kid, receivedAt, instanceId } = record;
  const by = `key:${kid}`;
  const rows = learned.map(({ kind, value, grounds }) => ({
    ...{ kind, value, kid, id: timeOrderedId(), since: receivedAt, made_by: by, why: grounds },
  }));
  const { rows: made } = await client.query<{ junk_id: string }>({
    ...insertLearned,
    values: [instanceId, sqlJson(rows)],
  });
  const ids = new Set(made.map(({ junk_id: id }) => id));
  return {
    values: learned,
    audit: rows
      .filter(({ id }) => ids.has(id))
      .map(({ id, kind, value, why }) => ({
        ...{ auditId: timeOrderedId(), at: receivedAt, actor: by, action: 'junk.learn', object: id },
        detail: { kind, value, kid, ...why },
      })),
  };
}
