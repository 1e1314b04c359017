import type { ClientBase } from 'pg';
import type { IdentifierKind } from '../../domain/identity';
import type { JunkOrigin, JunkWord } from '../../domain/junk';
import type { Resolution } from '../../domain/quarantine';
import { bannableOf } from '../../identity/bannable';
import { fingerprintOf } from '../../identity/fingerprint';
import type { BannedIdentifier, CandidateAsset, FactsRequest, Ruling } from '../../ingest/ports';
import { sqlJson } from './sql-json';

/** A ruling as it is stored: its asset is not read yet. */
export interface StoredRuling {
  readonly caseId: string;
  readonly action: Resolution;
  readonly reason: string;
  /** `spent`: it was for what was held then, and says nothing of what comes now. */
  readonly reach: 'held' | 'device' | 'spent';
  readonly assetId: string | undefined;
  readonly entityId: string | undefined;
}

export interface LoadedRulings {
  /** By place in the batch. */
  readonly rulings: ReadonlyMap<number, StoredRuling>;
  readonly banned: ReadonlyMap<number, readonly BannedIdentifier[]>;
  readonly junk: ReadonlyMap<number, readonly JunkWord[]>;
  /** Undecided cases of the devices. */
  readonly openCases: ReadonlyMap<number, OpenCaseOfDevice>;
}

/** A device that waits for a decision, and sends again. */
export interface OpenCaseOfDevice {
  readonly caseId: string;
  readonly reason: string;
  readonly assetId: string | null;
}

/**
 * Each looked up by its whole key, as in load-facts. Most installations have banned nothing and know no junk: that is
 * asked once for the batch, in the statement itself, so that it is right for every process. What an admin says of a value
 * comes before what was learned, and what he says for the key before what he says for all.
 */
const statement = {
  name: 'settle_rulings',
  text: `SELECT w.n::int - 1 AS n, NULL AS kind, NULL AS value, NULL::uuid AS ban_id, NULL AS origin,
                q.case_id, q.resolution, q.reason, q.stands, q.result_asset, q.asset_id
           FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS w(k, f, n)
          CROSS JOIN LATERAL (SELECT * FROM quarantine
                               WHERE instance_id = $1 AND kid = w.k AND fingerprint = w.f OFFSET 0) AS q
         UNION ALL
         SELECT w.n, b.kind, b.value, b.ban_id, NULL, NULL, NULL, NULL, NULL, NULL, NULL
           FROM json_to_recordset(CASE WHEN EXISTS (SELECT FROM ban WHERE instance_id = $1) THEN $4::json ELSE '[]' END)
             AS w(n int, k text, v text)
          CROSS JOIN LATERAL (SELECT * FROM ban
                               WHERE instance_id = $1 AND kind = w.k AND value = w.v OFFSET 0) AS b
         UNION ALL
         SELECT w.n, j.kind, j.value, NULL, j.origin, NULL, NULL, NULL, NULL, NULL, NULL
           FROM json_to_recordset(CASE WHEN EXISTS (SELECT FROM junk WHERE instance_id = $1) THEN $4::json ELSE '[]' END)
             AS w(n int, k text, v text)
          CROSS JOIN LATERAL (SELECT * FROM junk
                               WHERE instance_id = $1 AND kind = w.k AND value = w.v AND kid IN ('', ($2::text[])[w.n + 1])
                               ORDER BY is_learned, kid DESC LIMIT 1) AS j`,
} as const;

interface Row {
  n: number;
  kind: IdentifierKind;
  value: string;
  ban_id: string | null;
  origin: JunkOrigin | null;
  case_id: string;
  resolution: Resolution | null;
  reason: string;
  stands: boolean;
  result_asset: string | null;
  asset_id: string | null;
}

/** What admins decided on the devices of a batch, and which of their identifiers are banned, or junk. */
export async function loadRulings(
  client: ClientBase,
  instanceId: number,
  batch: readonly FactsRequest[],
): Promise<LoadedRulings> {
  const shown = batch.flatMap(({ identity }, n) =>
    bannableOf(identity).map(({ kind, value }) => ({ n, k: kind, v: value })),
  );
  const { rows } = await client.query<Row>({
    ...statement,
    values: [
      instanceId,
      batch.map(({ record }) => record.kid),
      batch.map(({ identity }) => fingerprintOf(identity)),
      sqlJson(shown),
    ],
  });
  const rulings = new Map<number, StoredRuling>();
  const openCases = new Map<number, OpenCaseOfDevice>();
  const banned = new Map<number, BannedIdentifier[]>();
  const junk = new Map<number, JunkWord[]>();
  for (const row of rows) {
    const { n, kind, value, origin, resolution } = row;
    if (row.ban_id !== null) banned.set(n, [...(banned.get(n) ?? []), { kind, value, banId: row.ban_id }]);
    else if (origin !== null) junk.set(n, [...(junk.get(n) ?? []), { kind, value, origin }]);
    else if (resolution !== null) rulings.set(n, rulingOf({ ...row, resolution }));
    else openCases.set(n, { caseId: row.case_id, reason: row.reason, assetId: row.asset_id });
  }
  return { rulings, banned, junk, openCases };
}

function rulingOf(row: Row & { readonly resolution: Resolution }): StoredRuling {
  const assetId = row.result_asset ?? undefined;
  // Nothing can be the asset that was not made, or is no more.
  const lacksAsset = (row.resolution === 'same' || row.resolution === 'new') && assetId === undefined;
  return {
    caseId: row.case_id,
    action: row.resolution,
    reason: row.reason,
    reach: row.stands && !lacksAsset ? 'device' : 'spent',
    assetId,
    entityId: undefined,
  };
}

/** The ruling with its asset, for the decision. Undefined when it says nothing, or its asset is no more. */
export function toRuling(
  stored: StoredRuling | undefined,
  assetOf: (assetId: string) => CandidateAsset | undefined,
): Ruling | undefined {
  if (stored === undefined || stored.reach === 'spent') return undefined;
  const { caseId, reason, reach, action, entityId } = stored;
  const asset = stored.assetId === undefined ? undefined : assetOf(stored.assetId);
  switch (action) {
    case 'same':
      return asset === undefined ? undefined : { caseId, reason, reach, action, asset, entityId };
    case 'new':
      return { caseId, reason, reach, action, asset, entityId };
    case 'reject':
    case 'ban':
      return { caseId, reason, reach, action };
  }
}
