import { sql, type Kysely } from 'kysely';
import type { SealedText } from '../../domain/sealed-text';
import type { CredentialKind, UpstreamKind, UpstreamPause } from '../../domain/upstream';
import type { Tables } from '../tables';

/** An upstream as it is stored: what of its credential is secret is sealed. */
export interface StoredUpstream {
  readonly instanceId: number;
  readonly kind: UpstreamKind;
  readonly url: string;
  readonly credentialKind: CredentialKind;
  /** What may be shown: user, client, certificates, proxy. */
  readonly credential: PublicCredential;
  readonly secret: SealedText | undefined;
  readonly version: number;
  readonly fromSettings: boolean;
  readonly changedAt: Date;
}

export interface PublicCredential {
  readonly user?: string;
  readonly clientId?: string;
  readonly tokenUrl?: string;
  readonly certificate?: string;
  readonly ca?: string;
  readonly proxy?: string;
}

/** How an upstream fares, for people. */
export interface UpstreamState {
  readonly pause: UpstreamPause | undefined;
  /** As src/forward/pace.ts and breaker.ts wrote them; empty before the first delivery. */
  readonly pace: unknown;
  readonly breaker: unknown;
  /** False: no process forwards now. */
  readonly isLed: boolean;
  readonly lastDeliveryAt: Date | null;
  /** `{kind, detail, at}` of the last answer that was none of a working upstream. */
  readonly lastTrouble: unknown;
}

export async function findUpstream(
  db: Kysely<Tables>,
  instanceId: number,
): Promise<(StoredUpstream & UpstreamState) | undefined> {
  const row = await db
    .selectFrom('upstream')
    .selectAll()
    .select(sql<boolean>`leader_until > clock_timestamp()`.as('is_led'))
    .where('instance_id', '=', instanceId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    instanceId,
    kind: row.kind as UpstreamKind,
    url: row.url,
    credentialKind: row.credential_kind as CredentialKind,
    credential: row.credential as PublicCredential,
    secret:
      row.secret === null || row.secret_pepper_id === null
        ? undefined
        : { bytes: row.secret, pepperId: row.secret_pepper_id },
    version: row.version,
    fromSettings: row.from_settings,
    changedAt: row.changed_at,
    pause:
      row.paused_at === null
        ? undefined
        : { at: row.paused_at, by: row.paused_by ?? '', why: row.paused_why, until: row.paused_until },
    pace: row.pace,
    breaker: row.breaker,
    isLed: row.is_led,
    lastDeliveryAt: row.last_delivery_at,
    lastTrouble: row.last_trouble,
  };
}

/** Ids of the instances that have one. */
export async function listUpstreams(db: Kysely<Tables>): Promise<number[]> {
  const rows = await db.selectFrom('upstream').select('instance_id').orderBy('instance_id').execute();
  return rows.map((row) => row.instance_id);
}

/** Drawn, not 1: a process that still holds connections to one that was removed must not take the new one for it. */
const firstVersion = sql<number>`1 + floor(random() * 1000000000)::integer`;

/** Takes the place of the one before it. The breaker and what was learnt of its pace begin anew. */
export async function putUpstream(
  trx: Kysely<Tables>,
  upstream: Omit<StoredUpstream, 'version'>,
): Promise<void> {
  const values = {
    kind: upstream.kind,
    url: upstream.url,
    credential_kind: upstream.credentialKind,
    credential: JSON.stringify(upstream.credential),
    secret: upstream.secret?.bytes ?? null,
    secret_pepper_id: upstream.secret?.pepperId ?? null,
    from_settings: upstream.fromSettings,
    changed_at: upstream.changedAt,
    pace: '{}',
    breaker: '{}',
    last_trouble: null,
  };
  await trx
    .insertInto('upstream')
    .values({ instance_id: upstream.instanceId, ...values, version: firstVersion })
    .onConflict((conflict) =>
      conflict.column('instance_id').doUpdateSet({ ...values, version: sql`upstream.version + 1` }),
    )
    .execute();
}

export async function deleteUpstream(trx: Kysely<Tables>, instanceId: number): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('upstream')
    .where('instance_id', '=', instanceId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** The same secret under another pepper. */
export async function resealUpstream(
  trx: Kysely<Tables>,
  instanceId: number,
  secret: SealedText,
): Promise<void> {
  await trx
    .updateTable('upstream')
    .set({ secret: secret.bytes, secret_pepper_id: secret.pepperId })
    .where('instance_id', '=', instanceId)
    .execute();
}

/** Undefined: it goes on. Tells whether there is an upstream. */
export async function setPause(
  trx: Kysely<Tables>,
  instanceId: number,
  pause: UpstreamPause | undefined,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('upstream')
    .set({
      paused_at: pause?.at ?? null,
      paused_by: pause?.by ?? null,
      paused_why: pause?.why ?? null,
      paused_until: pause?.until ?? null,
    })
    .where('instance_id', '=', instanceId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
