import type { Identifier, StoredIdentity } from '../../domain/identity';
import { runSql, type AnyTransaction } from '../run-sql';
import { sqlJson } from '../settle/sql-json';
import { sendersOf, type MergeRecord } from './identity-rows';

interface Handing {
  readonly from: string;
  readonly to: string;
  readonly identifiers: readonly Identifier[];
  readonly at: Date;
}

/** Lets the identifiers find the other asset too, seen as long as they were seen on the first. */
export async function copyIdentifiers(
  trx: AnyTransaction,
  instanceId: number,
  { from, to, identifiers, at }: Handing,
): Promise<void> {
  await runSql(
    trx,
    `INSERT INTO asset_identifier (instance_id, kind, value, asset_id, first_seen)
     SELECT $1, w.k, w.v, $4::uuid,
            coalesce((SELECT first_seen FROM asset_identifier AS i
                       WHERE i.instance_id = $1 AND i.kind = w.k AND i.value = w.v AND i.asset_id = $3), $5)
       FROM json_to_recordset($2::json) AS w(k text, v text)
     ON CONFLICT DO NOTHING`,
    [instanceId, asRows(identifiers), from, to, at],
  );
}

export async function removeIdentifiers(
  trx: AnyTransaction,
  instanceId: number,
  assetId: string,
  identifiers: readonly Identifier[],
): Promise<void> {
  await runSql(
    trx,
    `DELETE FROM asset_identifier AS i USING json_to_recordset($2::json) AS w(k text, v text)
      WHERE i.instance_id = $1 AND i.kind = w.k AND i.value = w.v AND i.asset_id = $3`,
    [instanceId, asRows(identifiers), assetId],
  );
}

function asRows(identifiers: readonly Identifier[]): string {
  return sqlJson(identifiers.map(({ kind, value }) => ({ k: kind, v: value })));
}

/** The agents of this identity report the other asset from now on. */
export async function moveAgents(
  trx: AnyTransaction,
  instanceId: number,
  { kid, identity, from, to }: { kid: string; identity: StoredIdentity; from: string; to: string },
): Promise<void> {
  await runSql(
    trx,
    `UPDATE agent SET asset_id = $5
      WHERE instance_id = $1 AND kid = $2 AND sender = ANY($3::text[]) AND asset_id = $4`,
    [instanceId, kid, sendersOf(identity), from, to],
  );
}

/** Partials of the agents that report the assets have no ground any more: each is to send a full inventory first. */
export async function awaitFullOf(
  trx: AnyTransaction,
  instanceId: number,
  assets: readonly { readonly assetId: string; readonly kid: string; readonly identity: StoredIdentity }[],
  at: Date,
): Promise<void> {
  for (const { kid, identity, assetId } of assets) {
    await runSql(
      trx,
      `INSERT INTO full_awaited (instance_id, kid, deviceid, agentid, since)
       SELECT instance_id, kid, deviceid, agentid, $5 FROM agent
        WHERE instance_id = $1 AND kid = $2 AND sender = ANY($3::text[]) AND asset_id = $4
          AND deviceid IS NOT NULL AND agentid IS NOT NULL
       ON CONFLICT DO NOTHING`,
      [instanceId, kid, sendersOf(identity), assetId, at],
    );
  }
}

/** Cases that speak of one asset speak of the other from now on; resolves to which. */
export async function moveCases(
  trx: AnyTransaction,
  instanceId: number,
  from: string,
  to: string,
): Promise<Pick<MergeRecord, 'claims' | 'results'>> {
  const claims = await runSql<{ id: string }>(
    trx,
    `UPDATE quarantine SET asset_id = $3 WHERE asset_id = $2 AND instance_id = $1 RETURNING case_id AS id`,
    [instanceId, from, to],
  );
  const results = await runSql<{ id: string }>(
    trx,
    `UPDATE quarantine SET result_asset = $3 WHERE result_asset = $2 AND instance_id = $1 RETURNING case_id AS id`,
    [instanceId, from, to],
  );
  return { claims: claims.map(({ id }) => id), results: results.map(({ id }) => id) };
}

export async function moveCasesBack(
  trx: AnyTransaction,
  instanceId: number,
  { claims, results }: Pick<MergeRecord, 'claims' | 'results'>,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  await runSql(
    trx,
    `UPDATE quarantine SET asset_id = CASE WHEN asset_id = $4 AND case_id = ANY($2::uuid[]) THEN $5::uuid ELSE asset_id END,
            result_asset = CASE WHEN result_asset = $4 AND case_id = ANY($3::uuid[]) THEN $5::uuid ELSE result_asset END
      WHERE instance_id = $1 AND case_id = ANY($2::uuid[] || $3::uuid[])`,
    [instanceId, claims, results, from, to],
  );
}
