import { sql, type Kysely } from 'kysely';
import type { InstallationKind } from '../domain/registered-instance';
import type { Tables } from './tables';

/** A registered installation as admins see it. Text in it is of a stranger. */
export interface RegistrationListed {
  readonly registrationId: string;
  readonly kid: string;
  readonly keyName: string;
  readonly entityId: string;
  readonly keyRevokedAt: Date | null;
  readonly keyUseUntil: Date | null;
  readonly installationId: string;
  readonly kind: InstallationKind;
  readonly name: string | null;
  readonly version: string;
  readonly serverUrl: string;
  readonly ownUrl: string | null;
  readonly handshake: Buffer;
  readonly generation: number | null;
  readonly sourceAddress: string;
  readonly registeredAt: Date;
  readonly lastValidatedAt: Date;
  readonly refusedAt: Date | null;
  readonly refusedReason: string | null;
  readonly revokedAt: Date | null;
  readonly revokedBy: string | null;
}

function listQuery(db: Kysely<Tables>, instanceId: number) {
  return db
    .selectFrom('registered_instance as r')
    .innerJoin('registration_key as k', (join) =>
      join.onRef('k.instance_id', '=', 'r.instance_id').onRef('k.kid', '=', 'r.kid'),
    )
    .select([
      'r.registration_id as registrationId',
      'r.kid',
      'k.name as keyName',
      'k.entity_id as entityId',
      'k.revoked_at as keyRevokedAt',
      'k.use_until as keyUseUntil',
      'r.installation_id as installationId',
      'r.kind',
      'r.name',
      'r.version',
      'r.server_url as serverUrl',
      'r.own_url as ownUrl',
      'r.handshake',
      'r.generation',
      'r.source_address as sourceAddress',
      'r.registered_at as registeredAt',
      'r.last_validated_at as lastValidatedAt',
      'r.refused_at as refusedAt',
      'r.refused_reason as refusedReason',
      'r.revoked_at as revokedAt',
      'r.revoked_by as revokedBy',
    ])
    .where('r.instance_id', '=', instanceId);
}

/** Newest first, at most `limit`, after (older than) the given id. */
export async function listRegistrationPage(
  db: Kysely<Tables>,
  instanceId: number,
  filter: {
    readonly kid?: string;
    readonly kind?: InstallationKind | undefined;
    readonly entityIds: readonly string[] | undefined;
  },
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<RegistrationListed[]> {
  let query = listQuery(db, instanceId);
  if (page.after !== undefined) query = query.where('r.registration_id', '<', page.after);
  if (filter.kind !== undefined) query = query.where('r.kind', '=', filter.kind);
  if (filter.kid !== undefined) query = query.where('r.kid', '=', filter.kid);
  if (filter.entityIds !== undefined) {
    query = query.where(sql<boolean>`k.entity_id = ANY (${[...filter.entityIds]}::uuid[])`);
  }
  const rows = await query.orderBy('r.registration_id', 'desc').limit(page.limit).execute();
  return rows.map((row) => ({ ...row, kind: row.kind as InstallationKind }));
}

export async function findRegistrationListed(
  db: Kysely<Tables>,
  instanceId: number,
  registrationId: string,
): Promise<RegistrationListed | undefined> {
  const row = await listQuery(db, instanceId)
    .where('r.registration_id', '=', registrationId)
    .executeTakeFirst();
  return row && { ...row, kind: row.kind as InstallationKind };
}

/** True when it was not revoked before. Its tokens stay, so that it can be told why it is refused. */
export async function markRegistrationRevoked(
  trx: Kysely<Tables>,
  instanceId: number,
  registrationId: string,
  by: { readonly at: Date; readonly actor: string },
): Promise<boolean> {
  const result = await trx
    .updateTable('registered_instance')
    .set({ revoked_at: by.at, revoked_by: by.actor })
    .where('instance_id', '=', instanceId)
    .where('registration_id', '=', registrationId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}
