import { sql, type Kysely, type Selectable } from 'kysely';
import { issuerIdsOf } from '../domain/client-ca';
import type {
  AssignmentRule,
  Carrier,
  ClientCertificatePolicy,
  KeyMode,
  KeyScope,
  RegistrationKey,
  TagPolicy,
  Task,
} from '../domain/registration-key';
import type { PassedTask } from '../domain/passed-task';
import type { SecretHash } from '../domain/pepper';
import type { StoredAlias } from '../domain/url-binding';
import { readAliases, readStoredAliases, readUrls } from './bound-urls';
import { listSubtree } from './entities';
import { loadAllowedFillers } from './junk';
import { insertGeneration, loadGenerations } from './key-generations';
import { fits } from './like-pattern';
import type { Tables } from './tables';

/** What an admin decides about a key. */
export interface KeyPolicy {
  readonly name: string;
  readonly entityId: string;
  /** Canonical spelling; empty = the URLs of the instance. */
  readonly urls: readonly string[];
  readonly mode: KeyMode;
  readonly enrolUntil: Date | null;
  readonly useUntil: Date | null;
  readonly maxAssets: number | null;
  readonly cidrs: readonly string[];
  readonly itemtypes: readonly string[];
  readonly carriers: readonly Carrier[];
  readonly tasks: readonly Task[];
  readonly passTasks: readonly PassedTask[];
  readonly scopes: readonly KeyScope[];
  readonly requestsPerMinute: number | null;
  readonly newAssetsPerHour: number | null;
  readonly clientCertificate: ClientCertificatePolicy;
  readonly clientCa: string | null;
  readonly canary: boolean;
  /** An older generation that nobody used for so many days is retired; null: never by itself. */
  readonly retireUnusedDays: number | null;
  readonly tag: string | null;
  readonly tagPolicy: TagPolicy;
  readonly rules: readonly AssignmentRule[];
  readonly note: string | null;
  readonly owner: string | null;
}

/** A key as admins see it: no secret, no hash. */
export interface KeyRecord extends KeyPolicy {
  readonly kid: string;
  /** Newest. */
  readonly generation: number;
  /** Last characters of the newest generation. */
  readonly hint: string;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly lastUsedIp: string | null;
  /** URLs that count when the key has none of its own. */
  readonly instanceUrls: readonly string[];
  /** Former URLs, of the key and of its instance. */
  readonly urlAliases: readonly StoredAlias[];
  readonly instanceUrlAliases: readonly StoredAlias[];
}

export interface NewKey extends KeyPolicy {
  readonly kid: string;
  readonly hash: SecretHash;
  readonly hint: string;
  readonly createdAt: Date;
  readonly createdBy: string;
}

type KeyRow = Selectable<Tables['registration_key']>;

function policyOf(row: KeyRow): KeyPolicy {
  return {
    name: row.name,
    entityId: row.entity_id,
    urls: row.urls,
    mode: row.mode as KeyMode,
    enrolUntil: row.enrol_until,
    useUntil: row.use_until,
    maxAssets: row.max_assets,
    cidrs: row.cidrs,
    itemtypes: row.itemtypes,
    carriers: row.carriers as Carrier[],
    tasks: row.tasks as Task[],
    passTasks: row.pass_tasks as PassedTask[],
    scopes: row.scopes as KeyScope[],
    requestsPerMinute: row.requests_per_minute,
    newAssetsPerHour: row.new_assets_per_hour,
    clientCertificate: row.client_certificate as ClientCertificatePolicy,
    clientCa: row.client_ca,
    canary: row.canary,
    retireUnusedDays: row.retire_unused_days,
    tag: row.tag,
    tagPolicy: row.tag_policy as TagPolicy,
    rules: row.rules as AssignmentRule[],
    note: row.note,
    owner: row.owner,
  };
}

function columnsOf(policy: KeyPolicy) {
  return {
    name: policy.name,
    entity_id: policy.entityId,
    urls: [...policy.urls],
    mode: policy.mode,
    enrol_until: policy.enrolUntil,
    use_until: policy.useUntil,
    max_assets: policy.maxAssets,
    cidrs: [...policy.cidrs],
    itemtypes: [...policy.itemtypes],
    carriers: [...policy.carriers],
    tasks: [...policy.tasks],
    pass_tasks: [...policy.passTasks],
    scopes: [...policy.scopes],
    requests_per_minute: policy.requestsPerMinute,
    new_assets_per_hour: policy.newAssetsPerHour,
    client_certificate: policy.clientCertificate,
    client_ca: policy.clientCa,
    client_ca_ids: issuerIdsOf(policy.clientCa),
    canary: policy.canary,
    retire_unused_days: policy.retireUnusedDays,
    tag: policy.tag,
    tag_policy: policy.tagPolicy,
    rules: JSON.stringify(policy.rules),
    note: policy.note,
    owner: policy.owner,
  };
}

function keyQuery(db: Kysely<Tables>, instanceId: number) {
  return db
    .selectFrom('registration_key as k')
    .innerJoin('instance as i', 'i.instance_id', 'k.instance_id')
    .selectAll('k')
    .innerJoinLateral(
      (of) =>
        of
          .selectFrom('key_generation as g')
          .select(['g.generation', 'g.hint'])
          .whereRef('g.instance_id', '=', 'k.instance_id')
          .whereRef('g.kid', '=', 'k.kid')
          .orderBy('g.generation', 'desc')
          .limit(1)
          .as('newest'),
      (join) => join.onTrue(),
    )
    .select(['i.public_urls', 'i.url_aliases as instance_url_aliases', 'newest.generation', 'newest.hint'])
    .where('k.instance_id', '=', instanceId);
}

type RecordRow = KeyRow & {
  public_urls: string[];
  instance_url_aliases: unknown;
  generation: number;
  hint: string;
};

function recordOf(row: RecordRow): KeyRecord {
  return {
    ...policyOf(row),
    kid: row.kid,
    generation: row.generation,
    hint: row.hint,
    createdAt: row.created_at,
    createdBy: row.created_by,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
    lastUsedIp: row.last_used_ip,
    instanceUrls: row.public_urls,
    urlAliases: readStoredAliases(row.url_aliases),
    instanceUrlAliases: readStoredAliases(row.instance_url_aliases),
  };
}

export async function findKeyRecord(
  db: Kysely<Tables>,
  instanceId: number,
  kid: string,
): Promise<KeyRecord | undefined> {
  const row = await keyQuery(db, instanceId).where('k.kid', '=', kid).executeTakeFirst();
  return row === undefined ? undefined : recordOf(row);
}

/** As `findKeyRecord`, locked until the transaction ends. */
export async function lockKeyRecord(
  trx: Kysely<Tables>,
  instanceId: number,
  kid: string,
): Promise<KeyRecord | undefined> {
  const locked = await trx
    .selectFrom('registration_key')
    .select('kid')
    .where('instance_id', '=', instanceId)
    .where('kid', '=', kid)
    .forNoKeyUpdate()
    .executeTakeFirst();
  // Read after the wait: a generation that somebody added meanwhile would not be seen by the same statement.
  return locked && (await findKeyRecord(trx, instanceId, kid));
}

export interface KeyPosition {
  readonly createdAt: Date;
  readonly kid: string;
}

export type KeyState = 'active' | 'enrolment-ended' | 'expired' | 'closed' | 'revoked';

export interface KeyFilter {
  readonly entityIds?: readonly string[] | undefined;
  readonly mode?: string | undefined;
  /** Without case; `*` stands for any run of characters. */
  readonly name?: string | undefined;
  readonly owner?: string | undefined;
  /** As it is at this time. */
  readonly state?: { readonly is: KeyState; readonly at: Date } | undefined;
}

/** As `admin/key-view.ts` names it. */
const stateAt = (at: Date) => sql<KeyState>`CASE
  WHEN k.revoked_at IS NOT NULL THEN 'revoked' WHEN k.use_until <= ${at} THEN 'expired' WHEN k.mode = 'closed' THEN 'closed'
  WHEN k.enrol_until <= ${at} THEN 'enrolment-ended' ELSE 'active' END`;

/** Newest first, at most `limit`, after (older than) the given position. */
export async function listKeyPage(
  db: Kysely<Tables>,
  instanceId: number,
  { entityIds, mode, name, owner, state }: KeyFilter,
  page: { readonly limit: number; readonly after: KeyPosition | undefined },
): Promise<KeyRecord[]> {
  let query = keyQuery(db, instanceId);
  const { after } = page;
  if (mode !== undefined) query = query.where('k.mode', '=', mode);
  if (name !== undefined) query = query.where(fits('k.name', name));
  if (owner !== undefined) query = query.where(fits('k.owner', owner));
  if (state !== undefined) query = query.where(sql<boolean>`${stateAt(state.at)} = ${state.is}`);
  if (after !== undefined) {
    query = query.where(sql<boolean>`(k.created_at, k.kid) < (${after.createdAt}, ${after.kid})`);
  }
  if (entityIds !== undefined) {
    query = query.where(sql<boolean>`k.entity_id = ANY (${[...entityIds]}::uuid[])`);
  }
  const rows = await query
    .orderBy('k.created_at', 'desc')
    .orderBy('k.kid', 'desc')
    .limit(page.limit)
    .execute();
  return rows.map(recordOf);
}

export async function insertKey(trx: Kysely<Tables>, instanceId: number, key: NewKey): Promise<void> {
  await trx
    .insertInto('registration_key')
    .values({
      instance_id: instanceId,
      kid: key.kid,
      created_at: key.createdAt,
      created_by: key.createdBy,
      ...columnsOf(key),
    })
    .execute();
  await insertGeneration(trx, instanceId, { ...key, generation: 1 });
}

export async function updateKeyPolicy(
  trx: Kysely<Tables>,
  instanceId: number,
  kid: string,
  policy: KeyPolicy,
): Promise<void> {
  await trx
    .updateTable('registration_key')
    .set(columnsOf(policy))
    .where('instance_id', '=', instanceId)
    .where('kid', '=', kid)
    .execute();
}

/** True when the key was not revoked before. */
export async function markKeyRevoked(
  trx: Kysely<Tables>,
  instanceId: number,
  kid: string,
  at: Date,
): Promise<boolean> {
  const result = await trx
    .updateTable('registration_key')
    .set({ revoked_at: at })
    .where('instance_id', '=', instanceId)
    .where('kid', '=', kid)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}

/** Keys that still serve and have a rule that leads to one of the given entities. */
export async function listKeysWithRulesTo(
  db: Kysely<Tables>,
  instanceId: number,
  entityIds: readonly string[],
): Promise<{ kid: string; entityId: string; rules: readonly AssignmentRule[] }[]> {
  const { rows } = await sql<{ kid: string; entityId: string; rules: AssignmentRule[] }>`
    SELECT kid, entity_id AS "entityId", rules FROM registration_key
     WHERE instance_id = ${instanceId} AND revoked_at IS NULL
       AND EXISTS (SELECT FROM jsonb_array_elements(rules) rule
                    WHERE rule ->> 'entityId' = ANY (${[...entityIds]}::text[]))`.execute(db);
  return rows;
}

/**
 * Tells every process that holds keys in memory to forget this one, or all of them (`*`). Sent when the transaction
 * commits.
 */
export async function notifyKeyChange(trx: Kysely<Tables>, kid: string): Promise<void> {
  await sql`SELECT pg_notify('gatehouse_keys', ${kid})`.execute(trx);
}

/** The key as the pipeline needs it, whatever instance it is of. A kid is random: at most one has it. */
export async function findKeyByKid(db: Kysely<Tables>, kid: string): Promise<RegistrationKey | undefined> {
  const row = await db
    .selectFrom('registration_key as k')
    .innerJoin('instance as i', 'i.instance_id', 'k.instance_id')
    .selectAll('k')
    .select(['i.public_urls', 'i.url_aliases as instance_url_aliases'])
    .where('k.kid', '=', kid)
    .orderBy('k.instance_id')
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const subtree = await listSubtree(db, row.instance_id, row.entity_id);
  const policy = policyOf(row);
  return {
    ...policy,
    instanceId: row.instance_id,
    kid: row.kid,
    generations: await loadGenerations(db, row.instance_id, row.kid),
    revokedAt: row.revoked_at,
    urls: readUrls(policy.urls.length > 0 ? policy.urls : row.public_urls),
    urlAliases: [
      ...readAliases(row.url_aliases),
      ...(policy.urls.length > 0 ? [] : readAliases(row.instance_url_aliases)),
    ],
    taggedEntities: new Map(
      subtree.flatMap(({ tag, entityId }) => (tag === null ? [] : [[tag.toLowerCase(), entityId] as const])),
    ),
    allowedFillers: await loadAllowedFillers(db, row.instance_id, row.kid),
  };
}
