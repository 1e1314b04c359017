import { inflateSync } from 'node:zlib';
import type { ClientBase } from 'pg';
import type { Identifier, StoredIdentity } from '../../domain/identity';
import type { JunkWord } from '../../domain/junk';
import type { Separation } from '../../domain/separation';
import type { InventoryContent } from '../../domain/inventory';
import type { Contested, Pin } from '../../domain/pin';
import { junkTest, lookupsBesideJunk } from '../../identity/junk';
import { makerOf } from '../../identity/maker';
import type { CandidateAsset, Facts, FactsRequest, SettleRequest } from '../../ingest/ports';
import { awaitedDevice } from './awaited-device';
import { loadNewAssets } from './load-new-assets';
import { lockIdentitiesText } from './lock-identities';
import { loadRulings, toRuling, type OpenCaseOfDevice, type StoredRuling } from './load-rulings';
import { lockKeysOf, quotaLocksOf } from './lock-keys';
import { sqlJson } from './sql-json';

/**
 * Most assets looked at for one identifier, the oldest first. An identifier that more devices share identifies
 * nothing, and without a bound one such value would make every submission read the whole fleet.
 */
export const maxCandidatesPerIdentifier = 8;
/** The same for a certificate or ssh host key, which a whole fleet may share and which alone make nothing the same. */
export const maxCandidatesPerSharedKind = 2;
/** The same for what is junk: its oldest holders, who had it before it was made junk, on purpose perhaps. */
export const maxCandidatesPerJunk = 4;

/**
 * Statements are named, so that PostgreSQL plans each once a connection (1.9 times the rate of unnamed ones). That plan
 * is made while tables may be empty, when every plan costs the same: OFFSET 0 leaves it no choice but to look each row
 * up by its whole key (8 ms of database time an inventory without, at 15,000 assets).
 */
const statements = {
  lock: {
    name: 'settle_lock',
    text: lockIdentitiesText,
  },
  candidates: {
    name: 'settle_candidates',
    text: `SELECT found.n, a.asset_id, a.kid, a.entity_id, a.itemtype, a.status, a.identity, a.section_digests, a.last_seen, a.pin, a.contested, a.separated, a.manufacturer
             FROM (SELECT DISTINCT w.n, i.asset_id
                     FROM json_to_recordset($2::json) AS w(n int, k text, v text, j boolean)
                    CROSS JOIN LATERAL (SELECT asset_id FROM asset_identifier
                                         WHERE instance_id = $1 AND kind = w.k AND value = w.v
                                         ORDER BY asset_id
                                         LIMIT CASE WHEN w.k IN ('certificate', 'sshkey') THEN ${maxCandidatesPerSharedKind}
                                                    WHEN w.j THEN ${maxCandidatesPerJunk}
                                                    ELSE ${maxCandidatesPerIdentifier} END) AS i) AS found
            CROSS JOIN LATERAL (SELECT * FROM asset
                                 WHERE instance_id = $1 AND asset_id = found.asset_id OFFSET 0) AS a
            ORDER BY found.n, a.asset_id`,
  },
  ruledAssets: {
    name: 'settle_ruled_assets',
    text: `SELECT asset_id, kid, entity_id, itemtype, status, identity, section_digests, last_seen, pin, contested, separated, manufacturer
             FROM asset WHERE instance_id = $1 AND asset_id = ANY($2::uuid[]) AND status <> 'merged'`,
  },
  inventories: {
    name: 'settle_inventories',
    text: `SELECT asset_id, content FROM asset_inventory WHERE instance_id = $1 AND asset_id = ANY($2::uuid[])`,
  },
  awaited: {
    name: 'settle_awaited',
    text: `SELECT DISTINCT w.n FROM json_to_recordset($2::json) AS w(n int, k text, d text, a text, m text)
            CROSS JOIN LATERAL (SELECT device FROM full_awaited
                                 WHERE instance_id = $1 AND kid = w.k AND deviceid = w.d AND agentid = w.a OFFSET 0) AS f
            WHERE f.device IN ('', w.m) OR w.m = ''`,
  },
  quota: {
    name: 'settle_quota',
    // Exact: the quota's lock is held, and triggers keep the tallies in the transactions that change assets.
    text: `SELECT w.k AS kid, t.assets
             FROM unnest($2::text[]) AS w(k)
            CROSS JOIN LATERAL (SELECT coalesce(sum(n), 0)::int AS assets FROM asset_tally
                                 WHERE kid = w.k AND instance_id = $1 AND status <> 'merged') AS t`,
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
  separated: readonly Separation[];
  manufacturer: string | null;
}

export interface LoadedFacts {
  /** Facts for the request at this place in the batch. */
  readonly factsFor: (place: number) => Facts;
  /** Tells that a request of this key has made a new asset, for the ones that follow in the batch. */
  readonly countCreated: (kid: string) => void;
  /** Tells that values which the request at this place shows are junk from now on. */
  readonly addJunk: (place: number, learned: readonly Identifier[]) => void;
  readonly openCaseOf: (place: number) => OpenCaseOfDevice | undefined;
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
  /** Stands in for what is stored of the device at this place: the decision that is being made. */
  rulingNow: ReadonlyMap<number, StoredRuling> = new Map(),
): Promise<LoadedFacts> {
  const stored = await loadRulings(client, instanceId, batch);
  const candidates = await loadCandidates(client, instanceId, batch, stored.junk);
  const junk = new Map(stored.junk);
  const rulings = new Map([...stored.rulings, ...rulingNow]);
  const ruled = await loadRuledAssets(client, instanceId, rulings, candidates);
  const [inventories, awaited, quotas, newAssets] = [
    await loadInventories(client, instanceId, batch, candidates, ruled),
    await loadAwaited(client, instanceId, batch),
    await loadQuotas(client, instanceId, batch),
    await loadNewAssets(client, instanceId, batch),
  ];
  return {
    factsFor: (place) => ({
      candidates: candidates[place] ?? [],
      fullAwaited: awaited.has(place),
      keyAssetCount: quotas.get(batch[place]?.key.kid ?? '') ?? 0,
      newAssetsLastHour: newAssets.get(batch[place]?.key.kid ?? '') ?? 0,
      ruling: toRuling(rulings.get(place), (assetId) => ruled.get(assetId)),
      banned: stored.banned.get(place) ?? [],
      junk: junk.get(place) ?? [],
      inventoryOf: (assetId) => inventories.get(assetId),
    }),
    countCreated: (kid) => {
      quotas.set(kid, (quotas.get(kid) ?? 0) + 1);
      newAssets.set(kid, (newAssets.get(kid) ?? 0) + 1);
    },
    addJunk: (place, learned) => {
      const words = learned.map(({ kind, value }) => ({ kind, value, origin: 'learned' as const }));
      junk.set(place, [...(junk.get(place) ?? []), ...words]);
    },
    openCaseOf: (place) => stored.openCases.get(place),
  };
}

async function loadCandidates(
  client: ClientBase,
  instanceId: number,
  batch: readonly FactsRequest[],
  junk: ReadonlyMap<number, readonly JunkWord[]>,
): Promise<CandidateAsset[][]> {
  const wanted = batch.flatMap((request, n) => {
    const isJunk = junkTest(junk.get(n) ?? []);
    return lookupsBesideJunk(request, isJunk).map(({ kind, value }) => ({
      ...{ n, k: kind, v: value },
      j: isJunk(kind, value),
    }));
  });
  const { rows } = await client.query<CandidateRow>({
    ...statements.candidates,
    values: [instanceId, sqlJson(wanted)],
  });
  const candidates: CandidateAsset[][] = batch.map(() => []);
  for (const row of rows) {
    candidates[row.n]?.push(candidateOf(row));
  }
  return candidates;
}

function candidateOf(row: Omit<CandidateRow, 'n'>): CandidateAsset {
  return {
    assetId: row.asset_id,
    kid: row.kid,
    entityId: row.entity_id,
    itemtype: row.itemtype,
    status: row.status,
    identity:
      row.itemtype === 'Computer' ? { ...row.identity, maker: makerOf(row.manufacturer) } : row.identity,
    sectionDigests: row.section_digests,
    lastSeen: row.last_seen,
    pin: row.pin,
    contested: row.contested ?? undefined,
    separated: row.separated,
    isAwaited: row.separated.length > 0 && Object.keys(row.section_digests).length === 0,
  };
}

/** The assets that rulings name, by id: mostly among the candidates already. */
async function loadRuledAssets(
  client: ClientBase,
  instanceId: number,
  rulings: ReadonlyMap<number, StoredRuling>,
  candidates: readonly CandidateAsset[][],
): Promise<Map<string, CandidateAsset>> {
  const wanted = [...rulings.values()].flatMap(({ reach, assetId }) =>
    reach === 'spent' || assetId === undefined ? [] : [assetId],
  );
  if (wanted.length === 0) return new Map();
  const known = candidates.flat().filter(({ assetId }) => wanted.includes(assetId));
  const missing = wanted.filter((wantedId) => !known.some(({ assetId }) => assetId === wantedId));
  const found = new Map(known.map((asset) => [asset.assetId, asset]));
  if (missing.length === 0) return found;
  const { rows } = await client.query<Omit<CandidateRow, 'n'>>({
    ...statements.ruledAssets,
    values: [instanceId, missing],
  });
  return new Map([...found, ...rows.map((row) => [row.asset_id, candidateOf(row)] as const)]);
}

async function loadInventories(
  client: ClientBase,
  instanceId: number,
  batch: readonly FactsRequest[],
  candidates: readonly CandidateAsset[][],
  ruled: ReadonlyMap<string, CandidateAsset>,
): Promise<Map<string, InventoryContent>> {
  const wanted = batch.flatMap(({ needsInventory }, place) =>
    needsInventory ? [...(candidates[place] ?? []).map(({ assetId }) => assetId), ...ruled.keys()] : [],
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
  const partials = batch.flatMap(({ record, identity }, n) =>
    record.partial && record.deviceid !== undefined
      ? [{ n, k: record.kid, d: record.deviceid, a: record.agentid ?? '', m: awaitedDevice(identity) }]
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
