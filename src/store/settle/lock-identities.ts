import type { Identifier, StoredIdentity } from '../../domain/identity';
import { runSql, type AnyTransaction } from '../run-sql';

/** Advisory locks, always taken in the same order, held until the transaction ends. */
export const lockIdentitiesText = `SELECT pg_advisory_xact_lock(k) FROM (
             SELECT DISTINCT hashtextextended(v, $1::bigint) AS k FROM unnest($2::text[]) AS v ORDER BY 1) AS keys`;

export async function lockIdentities(
  trx: AnyTransaction,
  instanceId: number,
  keys: readonly string[],
): Promise<void> {
  if (keys.length > 0) await runSql(trx, lockIdentitiesText, [instanceId, keys]);
}

/** The same texts as of a submission that is looked up by these. */
export function identityLocks(identifiers: readonly Identifier[]): string[] {
  return identifiers.map(({ kind, value }) => `${kind}:${value}`);
}

/** Whatever a submission may be found by that speaks of this asset: with these locked, nobody settles one. */
export function assetLocks(identity: StoredIdentity): string[] {
  const { serials, uuids, macs, deviceids, ips } = identity;
  const of = (kind: Identifier['kind'], values: readonly string[]): string[] =>
    values.map((value) => `${kind}:${value}`);
  return [
    ...of('serial', serials),
    ...of('uuid', uuids),
    ...of('mac', macs),
    ...of('deviceid', deviceids),
    ...of('ip', ips),
  ];
}
