import type { Kysely } from 'kysely';
import type { DroppedIdentifier, Identifier, IdentifierKind } from '../domain/identity';
import { runSql } from './run-sql';
import type { Tables } from './tables';

export interface AssetIdentifier extends Identifier {
  readonly firstSeen: Date;
}

/** 9 kinds of at most 64 values (`maxValuesPerKind`), and those that merged assets brought. */
export const maxIdentifiersOfAsset = 1000;

/** By kind and value. */
export async function listIdentifiersOf(
  db: Kysely<Tables>,
  instanceId: number,
  assetId: string,
): Promise<AssetIdentifier[]> {
  const rows = await db
    .selectFrom('asset_identifier')
    .select(['kind', 'value', 'first_seen as firstSeen'])
    .where('instance_id', '=', instanceId)
    .where('asset_id', '=', assetId)
    .orderBy('kind')
    .orderBy('value')
    .limit(maxIdentifiersOfAsset)
    .execute();
  return rows.map((row) => ({ ...row, kind: row.kind as IdentifierKind }));
}

/** What the last submission of the asset showed and was left out; nothing when its record is gone. */
export async function listDroppedOf(
  db: Kysely<Tables>,
  instanceId: number,
  submissionId: string,
): Promise<DroppedIdentifier[]> {
  const rows = await runSql<{ dropped: DroppedIdentifier[] | null }>(
    db,
    `SELECT evidence -> 'droppedIdentifiers' AS dropped FROM submission
      WHERE instance_id = $1 AND submission_id = $2`,
    [instanceId, submissionId],
  );
  return rows[0]?.dropped ?? [];
}
