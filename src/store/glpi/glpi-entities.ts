import { sql, type Kysely } from 'kysely';
import type { TreeEntity } from '../../domain/tree-entity';
import type { Tables } from '../tables';

/** Every entity of the instance, oldest first. */
export async function listTree(db: Kysely<Tables>, instanceId: number): Promise<TreeEntity[]> {
  const rows = await db
    .selectFrom('entity')
    .select(['entity_id', 'parent_id', 'name', 'tag', 'glpi_id', 'glpi_gone_at'])
    .where('instance_id', '=', instanceId)
    .orderBy('created_at')
    .orderBy('entity_id')
    .execute();
  return rows.map((row) => ({
    entityId: row.entity_id,
    parentId: row.parent_id,
    name: row.name,
    tag: row.tag,
    glpiId: row.glpi_id,
    isGone: row.glpi_gone_at !== null,
  }));
}

/**
 * Writes entities as they are to be: those of `created` anew, the others over what is there. Names and tags are unique at
 * every moment, so all that change give theirs up first: two may have swapped.
 */
export async function writeTree(
  trx: Kysely<Tables>,
  instanceId: number,
  { created, changed }: { readonly created: readonly TreeEntity[]; readonly changed: readonly TreeEntity[] },
  at: Date,
): Promise<void> {
  if (changed.length > 0) {
    await sql`UPDATE entity SET name = '~' || entity_id, tag = NULL
               WHERE instance_id = ${instanceId}
                 AND entity_id = ANY (${changed.map(({ entityId }) => entityId)}::uuid[])`.execute(trx);
  }
  if (created.length > 0) {
    await sql`INSERT INTO entity (instance_id, entity_id, parent_id, name, tag, glpi_id, created_at)
              SELECT ${instanceId}, n.entity_id, n.parent_id, n.name, n.tag, n.glpi_id, ${at}::timestamptz
                FROM ${rowsOf(created)}`.execute(trx);
  }
  if (changed.length > 0) {
    await sql`UPDATE entity e
                 SET parent_id = n.parent_id, name = n.name, tag = n.tag, glpi_id = n.glpi_id,
                     glpi_gone_at = CASE WHEN n.is_gone THEN coalesce(e.glpi_gone_at, ${at}::timestamptz) END
                FROM ${rowsOf(changed)}
               WHERE e.instance_id = ${instanceId} AND e.entity_id = n.entity_id`.execute(trx);
  }
}

function rowsOf(entities: readonly TreeEntity[]) {
  const list = <T>(pick: (one: TreeEntity) => T): T[] => entities.map(pick);
  return sql`unnest(${list((one) => one.entityId)}::uuid[], ${list((one) => one.parentId)}::uuid[],
                    ${list((one) => one.name)}::text[], ${list((one) => one.tag)}::text[],
                    ${list((one) => one.glpiId)}::bigint[], ${list((one) => one.isGone)}::boolean[])
             AS n (entity_id, parent_id, name, tag, glpi_id, is_gone)`;
}

/** GLPI id → entity, of those that are asked for. */
export async function findByGlpiIds(
  db: Kysely<Tables>,
  instanceId: number,
  glpiIds: readonly number[],
): Promise<Map<number, string>> {
  const rows = await db
    .selectFrom('entity')
    .select(['glpi_id', 'entity_id'])
    .where('instance_id', '=', instanceId)
    .where(sql<boolean>`glpi_id = ANY (${[...glpiIds]}::bigint[])`)
    .execute();
  return new Map(
    rows.flatMap(({ glpi_id, entity_id }) => (glpi_id === null ? [] : [[glpi_id, entity_id] as const])),
  );
}
