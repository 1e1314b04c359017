import { inflateSync } from 'node:zlib';
import type { ClientBase } from 'pg';
import type { StoredIdentity } from '../../domain/identity';
import type { InventoryContent } from '../../domain/inventory';
import type { Contested, Pin } from '../../domain/pin';
import type { CandidateAsset, Facts, FactsRequest, SettleRequest } from '../../ingest/ports';
import { lockKeysOf, quotaLocksOf } from './lock-keys';
import { sqlJson } from './sql-json';

/**
 * Most assets looked at for one identifier, the oldest first. An identifier that more devices share identifies
 * nothing, and without a bound one such value would make every submission read the whole fleet.
 */
export const maxCandidatesPerIdentifier = 8;

/**
 * Statements are named, so that PostgreSQL plans each once a connection (1.9 times the rate of unnamed ones). That plan
 * is made while tables may be empty, when every plan costs the same: OFFSET 0 leaves it no choice but to look each row
 * up by its whole key (8 ms of database time an inventory without, at 15,000 assets).
 */
const statements = {
  lock: {
    name: 'settle_lock',
    text: `SELECT pg_advisory_xact_lock(k) FROM (
             SELECT DISTINCT hashtextextended(v, $1::bigint) AS k FROM unnest($2::text[]) AS v ORDER BY 1) AS keys`,
  },
  candidates: {
    name: 'settle_candidates',
    text: `SELECT found.n, a.asset_id, a.kid, a.entity_id, a.itemtype, a.status, a.identity, a.section_digests, a.last_seen, a.pin, a.contested
             FROM (SELECT DISTINCT w.n, i.asset_id
                     FROM json_to_recordset($2::json) AS w(n int, k text, v text)
                    CROSS JOIN LATERAL (SELECT asset_id FROM asset_identifier
                                         WHERE instance_id = $1 AND kind = w.k AND value = w.v
                                         ORDER BY asset_id LIMIT ${maxCandidatesPerIdentifier}) AS i) AS found
            CROSS JOIN LATERAL (SELECT * FROM asset
                                 WHERE instance_id = $1 AND asset_id = found.asset_id OFFSET 0) AS a
            ORDER BY found.n, a.asset_id`,
  },
  inventories: {
    name: 'settle_inventories',
    text: `SELECT asset_id, content FROM asset_inventory WHERE instance_id = $1 AND asset_id = ANY($2::uuid[])`,
  },
  awaited: {
    name: 'settle_awaited',
    text: `SELECT w.n FROM json_to_recordset($2::json) AS w(n int, k text, d text, a text)
            CROSS JOIN LATERAL (SELECT 1 FROM full_awaited
                                 WHERE instance_id = $1 AND kid = w.k AND deviceid = w.d AND agentid = w.a OFFSET 0) AS f`,
  },
  quota: {
    name: 'settle_quota',
    text: `SELECT kid, count(*)::int AS assets FROM asset WHERE instance_id = $1 AND kid = ANY($2::text[]) GROUP BY kid`,
  },
} as const;

interface CandidateRow {
  n: number;
  asset_id: string;
  kid: string;
  entity_id: string;
  itemtype: string;
  status: 'active' | 'retired';
  identity: StoredIdentity;
  section_digests: Record<string, string>;
  last_seen: Date;
  pin: Pin;
  contested: Contested | null;
}

export interface LoadedFacts {
  /** Facts for the request at this place in the batch. */
  readonly factsFor: (place: number) => Facts;
  /** Tells that a request of this key has made a new asset, for the ones that follow in the batch. */
  readonly countCreated: (kid: string) => void;
}

/** Locks the identities of a batch, then reads what is known of them: in this order, so that nothing read can change. */
export async function lockAndLoadFacts(
  client: ClientBase,
  instanceId: number,
  batch: readonly SettleRequest[],
): Promise<LoadedFacts> {
  const locks = batch.flatMap((request) => [...lockKeysOf(request), ...quotaLocksOf(request)]);
  await client.query({ ...statements.lock, values: [instanceId, locks] });
  return loadFacts(client, instanceId, batch);
}

/** The same facts without lock: for an explanation that writes nothing. */
export async function loadFacts(
  client: ClientBase,
  instanceId: number,
  batch: readonly FactsRequest[],
): Promise<LoadedFacts> {
  const candidates = await loadCandidates(client, instanceId, batch);
  const [inventories, awaited, quotas] = [
    await loadInventories(client, instanceId, batch, candidates),
    await loadAwaited(client, instanceId, batch),
    await loadQuotas(client, instanceId, batch),
  ];
  return {
    factsFor: (place) => ({
      candidates: candidates[place] ?? [],
      fullAwaited: awaited.has(place),
      keyAssetCount: quotas.get(batch[place]?.key.kid ?? '') ?? 0,
      newAssetsLastHour: 0,
      ruling: undefined,
      banned: [],
      inventoryOf: (assetId) => inventories.get(assetId),
    }),
    countCreated: (kid) => {
      quotas.set(kid, (quotas.get(kid) ?? 0) + 1);
    },
  };
}

async function loadCandidates(
  client: ClientBase,
  instanceId: number,
  batch: readonly FactsRequest[],
): Promise<CandidateAsset[][]> {
  const wanted = batch.flatMap(({ lookups }, n) =>
    lookups.map(({ kind, value }) => ({ n, k: kind, v: value })),
  );
  const { rows } = await client.query<CandidateRow>({
    ...statements.candidates,
    values: [instanceId, sqlJson(wanted)],
  });
  const candidates: CandidateAsset[][] = batch.map(() => []);
  for (const row of rows) {
    candidates[row.n]?.push({
      assetId: row.asset_id,
      kid: row.kid,
      entityId: row.entity_id,
      itemtype: row.itemtype,
      status: row.status,
      identity: row.identity,
      sectionDigests: row.section_digests,
      lastSeen: row.last_seen,
      pin: row.pin,
      contested: row.contested ?? undefined,
    });
  }
  return candidates;
}

async function loadInventories(
  client: ClientBase,
  instanceId: number,
  batch: readonly FactsRequest[],
  candidates: readonly CandidateAsset[][],
): Promise<Map<string, InventoryContent>> {
  const wanted = batch.flatMap(({ needsInventory }, place) =>
    needsInventory ? (candidates[place] ?? []).map(({ assetId }) => assetId) : [],
  );
  if (wanted.length === 0) return new Map();
  const { rows } = await client.query<{ asset_id: string; content: Buffer }>({
    ...statements.inventories,
    values: [instanceId, wanted],
  });
  return new Map(rows.map((row) => [row.asset_id, readStoredContent(row.content)]));
}

/** What was stored is our own JSON, compressed: it needs no bounds and no check. */
export function readStoredContent(content: Buffer): InventoryContent {
  return JSON.parse(inflateSync(content).toString()) as InventoryContent;
}

async function loadAwaited(
  client: ClientBase,
  instanceId: number,
  batch: readonly FactsRequest[],
): Promise<Set<number>> {
  const partials = batch.flatMap(({ record }, n) =>
    record.partial && record.deviceid !== undefined
      ? [{ n, k: record.kid, d: record.deviceid, a: record.agentid ?? '' }]
      : [],
  );
  if (partials.length === 0) return new Set();
  const { rows } = await client.query<{ n: number }>({
    ...statements.awaited,
    values: [instanceId, sqlJson(partials)],
  });
  return new Set(rows.map(({ n }) => n));
}

async function loadQuotas(
  client: ClientBase,
  instanceId: number,
  batch: readonly FactsRequest[],
): Promise<Map<string, number>> {
  const kids = batch.filter(({ key }) => key.maxAssets !== null).map(({ key }) => key.kid);
  if (kids.length === 0) return new Map();
  const { rows } = await client.query<{ kid: string; assets: number }>({
    ...statements.quota,
    values: [instanceId, [...new Set(kids)]],
  });
  return new Map(rows.map(({ kid, assets }) => [kid, assets]));
}
