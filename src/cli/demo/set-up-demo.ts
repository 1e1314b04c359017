import { randomBytes } from 'node:crypto';
import type { EntityView } from '../../admin/entities';
import type { CreatedKey } from '../../admin/keys';
import { issueSecret } from '../../domain/key-format';
import type { AdminClient } from './admin-client';
import type { DemoKey } from './fleet';

export interface DemoHouse {
  /** The whole key by its name in the fleet; undefined: none is sent. */
  readonly keys: Readonly<Record<DemoKey, string | undefined>>;
  /** Complete names by id. */
  readonly entityNames: ReadonlyMap<string, string>;
}

/** Three sites below Root, a key for two of them, one that maps tags, one that is revoked. */
export async function setUpDemo(api: AdminClient): Promise<DemoHouse> {
  const { items } = await api.get<{ items: EntityView[] }>('/entities');
  const root = items[0];
  if (root === undefined) throw new Error('the new database has no root entity');
  const site = (name: string, tag: string) =>
    api.post<EntityView>('/entities', { name, tag, parentId: root.id });
  const paris = await site('Paris', 'PAR');
  const lyon = await site('Lyon', 'LYO');
  const workshop = await site('Workshop', 'WRK');
  const key = (name: string, entityId: string, policy: object = {}) =>
    api.post<CreatedKey>('/keys', { name, entityId, ...policy });
  const ofParis = await key('Paris desks', paris.id);
  const ofWorkshop = await key('Workshop', workshop.id);
  const ofField = await key('Field, by tag', root.id, { tagPolicy: 'map' });
  const old = await key('Paris desks 2025', paris.id);
  await api.post(`/keys/${old.kid}/revoke`, {});
  const keys = {
    paris: ofParis.key,
    workshop: ofWorkshop.key,
    field: ofField.key,
    old: old.key,
    wrong: guessedKey(ofParis.kid),
    none: undefined,
  };
  const entities = [root, paris, lyon, workshop];
  return { keys, entityNames: new Map(entities.map(({ id, completeName }) => [id, completeName])) };
}

const idAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Somebody knows the id of a key, which is no secret, and makes up the rest: right form, right checksum. */
function guessedKey(kid: string): string {
  const idBytes = Buffer.from(Array.from(kid, (letter) => idAlphabet.indexOf(letter)));
  let isId = true;
  const random = (bytes: number): Buffer => {
    const drawn = isId ? idBytes : randomBytes(bytes);
    isId = false;
    return drawn;
  };
  return issueSecret('grk', random).full;
}
