import { sql, type Kysely } from 'kysely';
import { fits } from './like-pattern';
import type { Tables } from './tables';

export interface EntityRecord {
  readonly entityId: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly tag: string | null;
  readonly createdAt: Date;
  /** Its id in GLPI; null: it was not taken over from there. */
  readonly glpiId: number | null;
  /** Since when it is not in GLPI any more. */
  readonly glpiGoneAt: Date | null;
}

/** The tree holds no cycle (every change is made under `lockTree`); the bound only ends a walk in a broken one. */
const maxWalkDepth = 100;

const columns = [
  'entity_id as entityId',
  'parent_id as parentId',
  'name',
  'tag',
  'created_at as createdAt',
  'glpi_id as glpiId',
  'glpi_gone_at as glpiGoneAt',
] as const;

/** Lets one change of an instance's tree happen at a time. Readers and foreign keys are not held up. */
export async function lockTree(trx: Kysely<Tables>, instanceId: number): Promise<void> {
  await trx
    .selectFrom('instance')
    .select('instance_id')
    .where('instance_id', '=', instanceId)
    .forNoKeyUpdate()
    .execute();
}

export async function findEntity(
  db: Kysely<Tables>,
  instanceId: number,
  entityId: string,
): Promise<EntityRecord | undefined> {
  return await db
    .selectFrom('entity')
    .select(columns)
    .where('instance_id', '=', instanceId)
    .where('entity_id', '=', entityId)
    .executeTakeFirst();
}

/** True when the entity exists; it then cannot be deleted until the transaction ends. */
export async function holdEntity(
  trx: Kysely<Tables>,
  instanceId: number,
  entityId: string,
): Promise<boolean> {
  const row = await trx
    .selectFrom('entity')
    .select('entity_id')
    .where('instance_id', '=', instanceId)
    .where('entity_id', '=', entityId)
    .forKeyShare()
    .executeTakeFirst();
  return row !== undefined;
}

/** The oldest entity without a parent. */
export async function findRootEntity(
  db: Kysely<Tables>,
  instanceId: number,
): Promise<EntityRecord | undefined> {
  return await db
    .selectFrom('entity')
    .select(columns)
    .where('instance_id', '=', instanceId)
    .where('parent_id', 'is', null)
    .orderBy('created_at')
    .orderBy('entity_id')
    .executeTakeFirst();
}

export interface EntityFilter {
  /** Without case; `*` stands for any run of characters. */
  readonly name?: string | undefined;
  readonly tag?: string | undefined;
  readonly parentId?: string | undefined;
  readonly entityIds?: ReadonlySet<string> | undefined;
}

/** Newest first, at most `limit`, after (older than) the given id; only of these entities, when they are given. */
export async function listEntityPage(
  db: Kysely<Tables>,
  instanceId: number,
  { name, tag, parentId, entityIds }: EntityFilter,
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<EntityRecord[]> {
  let query = db.selectFrom('entity').select(columns).where('instance_id', '=', instanceId);
  if (page.after !== undefined) query = query.where('entity_id', '<', page.after);
  if (name !== undefined) query = query.where(fits('name', name));
  if (tag !== undefined) query = query.where(fits('tag', tag));
  if (parentId !== undefined) query = query.where('parent_id', '=', parentId);
  if (entityIds !== undefined) {
    query = query.where(sql<boolean>`entity_id = ANY (${[...entityIds]}::uuid[])`);
  }
  return await query.orderBy('entity_id', 'desc').limit(page.limit).execute();
}

export async function countEntities(db: Kysely<Tables>, instanceId: number): Promise<number> {
  const row = await db
    .selectFrom('entity')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('instance_id', '=', instanceId)
    .executeTakeFirstOrThrow();
  return row.count;
}

export async function insertEntity(
  trx: Kysely<Tables>,
  instanceId: number,
  entity: Omit<EntityRecord, 'glpiId' | 'glpiGoneAt'>,
): Promise<void> {
  await trx
    .insertInto('entity')
    .values({
      instance_id: instanceId,
      entity_id: entity.entityId,
      parent_id: entity.parentId,
      name: entity.name,
      tag: entity.tag,
      created_at: entity.createdAt,
    })
    .execute();
}

export async function updateEntity(
  trx: Kysely<Tables>,
  instanceId: number,
  entity: Pick<EntityRecord, 'entityId' | 'parentId' | 'name' | 'tag'>,
): Promise<void> {
  await trx
    .updateTable('entity')
    .set({ parent_id: entity.parentId, name: entity.name, tag: entity.tag })
    .where('instance_id', '=', instanceId)
    .where('entity_id', '=', entity.entityId)
    .execute();
}

export async function deleteEntity(trx: Kysely<Tables>, instanceId: number, entityId: string): Promise<void> {
  await trx
    .deleteFrom('entity')
    .where('instance_id', '=', instanceId)
    .where('entity_id', '=', entityId)
    .execute();
}

export interface EntityUse {
  readonly hasChildren: boolean;
  /** Keys of the entity, revoked ones too, and keys with a rule that leads to it. */
  readonly hasKeys: boolean;
  readonly hasAssets: boolean;
  /** Admin tokens that are limited to it, revoked ones too. */
  readonly hasTokens: boolean;
}

export async function findEntityUse(
  db: Kysely<Tables>,
  instanceId: number,
  entityId: string,
): Promise<EntityUse> {
  const rule = JSON.stringify([{ entityId }]);
  const { rows } = await sql<EntityUse>`
    SELECT EXISTS (SELECT FROM entity WHERE instance_id = ${instanceId} AND parent_id = ${entityId}::uuid)
             AS "hasChildren",
           EXISTS (SELECT FROM registration_key WHERE instance_id = ${instanceId}
                     AND (entity_id = ${entityId}::uuid OR rules @> ${rule}::jsonb)) AS "hasKeys",
           EXISTS (SELECT FROM asset WHERE instance_id = ${instanceId} AND entity_id = ${entityId}::uuid)
             AS "hasAssets",
           EXISTS (SELECT FROM admin_token WHERE instance_id = ${instanceId} AND entity_id = ${entityId}::uuid)
             AS "hasTokens"`.execute(db);
  const use = rows[0];
  if (use === undefined) throw new Error('a query without FROM gave no row');
  return use;
}

/**
 * `Root > France > Paris` of each of the given entities that exists. With a top: from there down, and only of what lies
 * at or below it.
 */
export async function completeNamesOf(
  db: Kysely<Tables>,
  instanceId: number,
  entityIds: readonly string[],
  topEntityId?: string,
): Promise<Map<string, string>> {
  if (entityIds.length === 0) return new Map();
  const top = topEntityId ?? null;
  const { rows } = await sql<{ id: string; path: string }>`
    WITH RECURSIVE up AS (
      SELECT entity_id AS id, entity_id AS place, parent_id, name AS path, 1 AS depth
        FROM entity WHERE instance_id = ${instanceId} AND entity_id = ANY (${[...entityIds]}::uuid[])
      UNION ALL
      SELECT up.id, parent.entity_id, parent.parent_id, parent.name || ' > ' || up.path, up.depth + 1
        FROM up JOIN entity parent ON parent.instance_id = ${instanceId} AND parent.entity_id = up.parent_id
       WHERE up.depth < ${maxWalkDepth} AND up.place IS DISTINCT FROM ${top}::uuid)
    SELECT id, path FROM up
     WHERE CASE WHEN ${top}::uuid IS NULL THEN parent_id IS NULL ELSE place = ${top}::uuid END`.execute(db);
  return new Map(rows.map((row) => [row.id, row.path]));
}

export interface SubtreeMember {
  readonly entityId: string;
  /** 1 = the top of the subtree. */
  readonly depth: number;
  readonly tag: string | null;
}

/** The entity and everything below it; empty when there is no such entity. */
export async function listSubtree(
  db: Kysely<Tables>,
  instanceId: number,
  topEntityId: string,
): Promise<SubtreeMember[]> {
  const { rows } = await sql<SubtreeMember>`
    WITH RECURSIVE below AS (
      SELECT entity_id, tag, 1 AS depth
        FROM entity WHERE instance_id = ${instanceId} AND entity_id = ${topEntityId}::uuid
      UNION ALL
      SELECT child.entity_id, child.tag, below.depth + 1
        FROM below JOIN entity child ON child.instance_id = ${instanceId} AND child.parent_id = below.entity_id
       WHERE below.depth < ${maxWalkDepth})
    SELECT entity_id AS "entityId", depth, tag FROM below`.execute(db);
  return rows;
}

/** True for the top itself too. */
export async function isInSubtree(
  db: Kysely<Tables>,
  instanceId: number,
  entityId: string,
  topEntityId: string,
): Promise<boolean> {
  return (await completeNamesOf(db, instanceId, [entityId], topEntityId)).size > 0;
}

/** Steps from the top of the tree: 1 for an entity without parent, 0 when there is no such entity. */
export async function depthOf(db: Kysely<Tables>, instanceId: number, entityId: string): Promise<number> {
  const { rows } = await sql<{ depth: number }>`
    WITH RECURSIVE up AS (
      SELECT parent_id, 1 AS depth FROM entity
       WHERE instance_id = ${instanceId} AND entity_id = ${entityId}::uuid
      UNION ALL
      SELECT parent.parent_id, up.depth + 1
        FROM up JOIN entity parent ON parent.instance_id = ${instanceId} AND parent.entity_id = up.parent_id
       WHERE up.depth < ${maxWalkDepth})
    SELECT coalesce(max(depth), 0)::integer AS depth FROM up`.execute(db);
  return rows[0]?.depth ?? 0;
}
