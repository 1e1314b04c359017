import type { Kysely } from 'kysely';
import type { RegistrationKey } from '../../domain/registration-key';
import { readAliases, readUrls } from '../bound-urls';
import { listSubtree } from '../entities';
import { loadAllowedFillers } from '../junk';
import type { Tables } from '../tables';
import { loadGenerations } from './key-generations';
import { policyOf } from './policy-columns';

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
