import { sql, type Kysely } from 'kysely';
import type { EventKind } from '../domain/event';
import type { SealedText } from '../domain/sealed-text';
import { runSql } from './run-sql';
import type { Tables } from './tables';

export interface WebhookRecord {
  readonly webhookId: string;
  readonly name: string;
  readonly url: string;
  /** Empty: all. */
  readonly kinds: readonly EventKind[];
  /** Only of it and below; null: of the whole instance. */
  readonly entityId: string | null;
  readonly isEnabled: boolean;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** Since the last success. */
  readonly failures: number;
  readonly notBefore: Date | null;
  readonly lastSuccessAt: Date | null;
  readonly lastFailureAt: Date | null;
  /** Until then messages are signed with the secret before this one too; null: there is none, or it was forgotten. */
  readonly formerUntil: Date | null;
}

const columns = [
  'webhook_id as webhookId',
  'name',
  'url',
  'kinds',
  'entity_id as entityId',
  'is_enabled as isEnabled',
  'created_at as createdAt',
  'created_by as createdBy',
  'failures',
  'not_before as notBefore',
  'last_success_at as lastSuccessAt',
  'last_failure_at as lastFailureAt',
  'former_until as formerUntil',
] as const;

/** Newest first, at most `limit`, after (older than) the given id. */
export async function listWebhookPage(
  db: Kysely<Tables>,
  instanceId: number,
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<WebhookRecord[]> {
  let query = db.selectFrom('webhook').select(columns).where('instance_id', '=', instanceId);
  if (page.after !== undefined) query = query.where('webhook_id', '<', page.after);
  const rows = await query.orderBy('webhook_id', 'desc').limit(page.limit).execute();
  return rows.map(recordOf);
}

/** `lock`: nobody changes or deletes it until the transaction ends. */
export async function findWebhook(
  db: Kysely<Tables>,
  instanceId: number,
  webhookId: string,
  lock = false,
): Promise<WebhookRecord | undefined> {
  const query = db
    .selectFrom('webhook')
    .select(columns)
    .where('instance_id', '=', instanceId)
    .where('webhook_id', '=', webhookId);
  const row = await (lock ? query.forNoKeyUpdate() : query).executeTakeFirst();
  return row === undefined ? undefined : recordOf(row);
}

function recordOf<Row extends { readonly kinds: string[] }>(row: Row) {
  return { ...row, kinds: row.kinds as EventKind[] };
}

export async function countWebhooks(db: Kysely<Tables>, instanceId: number): Promise<number> {
  const { n } = await db
    .selectFrom('webhook')
    .select(db.fn.countAll<number>().as('n'))
    .where('instance_id', '=', instanceId)
    .executeTakeFirstOrThrow();
  return n;
}

export type NewWebhook = Pick<
  WebhookRecord,
  'webhookId' | 'name' | 'url' | 'kinds' | 'entityId' | 'createdAt' | 'createdBy'
> & { readonly secret: SealedText };

export async function insertWebhook(
  trx: Kysely<Tables>,
  instanceId: number,
  webhook: NewWebhook,
): Promise<void> {
  await trx
    .insertInto('webhook')
    .values({
      instance_id: instanceId,
      webhook_id: webhook.webhookId,
      name: webhook.name,
      url: webhook.url,
      kinds: [...webhook.kinds],
      entity_id: webhook.entityId,
      created_at: webhook.createdAt,
      created_by: webhook.createdBy,
      secret: webhook.secret.bytes,
      secret_pepper_id: webhook.secret.pepperId,
    })
    .execute();
}

export type WebhookChange = Partial<Pick<WebhookRecord, 'name' | 'url' | 'kinds' | 'entityId' | 'isEnabled'>>;

/** What it failed at before says nothing of what it is now: it is asked again at once. */
export async function updateWebhook(
  trx: Kysely<Tables>,
  instanceId: number,
  webhookId: string,
  change: WebhookChange,
): Promise<void> {
  const { name, url, kinds, entityId, isEnabled } = change;
  await trx
    .updateTable('webhook')
    .set({
      ...{ failures: 0, not_before: null },
      ...(name === undefined ? {} : { name }),
      ...(url === undefined ? {} : { url }),
      ...(kinds === undefined ? {} : { kinds: [...kinds] }),
      ...(entityId === undefined ? {} : { entity_id: entityId }),
      ...(isEnabled === undefined ? {} : { is_enabled: isEnabled }),
    })
    .where('instance_id', '=', instanceId)
    .where('webhook_id', '=', webhookId)
    .execute();
}

/** With everything that waits for it, and its log. */
export async function deleteWebhook(
  trx: Kysely<Tables>,
  instanceId: number,
  webhookId: string,
): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('webhook')
    .where('instance_id', '=', instanceId)
    .where('webhook_id', '=', webhookId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** A secret takes the place of the one before it, which counts on until the time given; null: it ends at once. */
export async function rotateWebhook(
  trx: Kysely<Tables>,
  instanceId: number,
  webhookId: string,
  secret: SealedText,
  formerUntil: Date | null,
): Promise<void> {
  const isKept = formerUntil !== null;
  await trx
    .updateTable('webhook')
    .set({
      secret: secret.bytes,
      secret_pepper_id: secret.pepperId,
      former_secret: isKept ? sql.ref('secret') : null,
      former_pepper_id: isKept ? sql.ref('secret_pepper_id') : null,
      former_until: formerUntil,
    })
    .where('instance_id', '=', instanceId)
    .where('webhook_id', '=', webhookId)
    .execute();
}

/** What no message is signed with any more. Resolves to how many. */
export async function forgetFormerSecrets(db: Kysely<Tables>, now: Date): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('webhook')
    .set({ former_secret: null, former_pepper_id: null, former_until: null })
    .where('former_until', '<=', now)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

export interface SealedWebhook {
  readonly instanceId: number;
  readonly webhookId: string;
  readonly secret: SealedText;
  readonly former: SealedText | undefined;
}

/** Those of every instance of which a secret is sealed under this pepper. */
export async function listWebhooksOfPepper(trx: Kysely<Tables>, pepperId: string): Promise<SealedWebhook[]> {
  const rows = await trx
    .selectFrom('webhook')
    .select([
      ...(['instance_id', 'webhook_id', 'secret', 'secret_pepper_id'] as const),
      ...(['former_secret', 'former_pepper_id'] as const),
    ])
    .where((eb) => eb.or([eb('secret_pepper_id', '=', pepperId), eb('former_pepper_id', '=', pepperId)]))
    .execute();
  return rows.map((row) => ({
    instanceId: row.instance_id,
    webhookId: row.webhook_id,
    secret: { pepperId: row.secret_pepper_id, bytes: row.secret },
    former:
      row.former_secret === null
        ? undefined
        : { pepperId: row.former_pepper_id ?? '', bytes: row.former_secret },
  }));
}

/** The same secrets under another pepper. */
export async function resealWebhook(
  trx: Kysely<Tables>,
  { instanceId, webhookId, secret, former }: SealedWebhook,
): Promise<void> {
  await trx
    .updateTable('webhook')
    .set({
      ...{ secret: secret.bytes, secret_pepper_id: secret.pepperId },
      ...(former === undefined ? {} : { former_secret: former.bytes, former_pepper_id: former.pepperId }),
    })
    .where('instance_id', '=', instanceId)
    .where('webhook_id', '=', webhookId)
    .execute();
}

/** One event of the kind `webhook.test` for one webhook, queued by its trigger. Resolves to its id. */
export async function insertTestEvent(
  trx: Kysely<Tables>,
  instanceId: number,
  webhookId: string,
  at: Date,
  detail: object,
): Promise<number> {
  const [row] = await runSql<{ id: number }>(
    trx,
    `INSERT INTO event (instance_id, at, kind, object, detail) VALUES ($1, $2, 'webhook.test', $3, $4)
     RETURNING event_id AS id`,
    [instanceId, at, webhookId, JSON.stringify(detail)],
  );
  if (row === undefined) throw new Error('no event was made');
  return row.id;
}
