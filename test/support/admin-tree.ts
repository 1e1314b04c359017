import { createKey } from '../../src/admin/keys';
import { createToken } from '../../src/admin/tokens';
import type { Role } from '../../src/domain/role';
import type { AdminApi } from './admin-api';
import { aDeadLetter, anAgent, anAsset, aRegistration, aSubmission } from './admin-rows';

/** An entity with one of everything that belongs to entities, each named after it. */
export interface Site {
  readonly name: string;
  readonly entityId: string;
  readonly kid: string;
  readonly assetId: string;
  readonly submissionId: string;
  readonly heldId: string;
  /** Of an installation. */
  readonly registrationId: string;
  /** Of a value that is junk under the key. */
  readonly junkId: string;
  /** Of a token that is limited to the site. */
  readonly tokenId: string;
  /** Limited to the site, by role. */
  readonly tokens: Readonly<Record<Role, string>>;
}

let sites = 0;

export async function aSite(api: AdminApi, parentId: string): Promise<Site> {
  const name = `site${++sites}`;
  const entity = await api.expect(201, 'post', '/entities', { name, parentId });
  const entityId = String(entity.id);
  const { kid } = await createKey(api.deps, api.caller, { name: `key of ${name}`, entityId });
  const home = { instanceId: 1, kid, entityId };
  const assetId = await anAsset(api, home, { name: `asset of ${name}`, content: { hardware: { name } } });
  await aDeadLetter(api, home, assetId);
  const submissionId = await aSubmission(api, home, { entity_id: entityId, name: `post of ${name}` });
  const heldId = await aHeld(api, home, `held at ${name}`, assetId);
  const registrationId = await aRegistration(api, home, `installation of ${name}`);
  await anAgent(api, home, { deviceid: `agent of ${name}` });
  const junkId = await aJunk(api, kid, `junk of ${name}`);
  const made = async (role: Role) =>
    await createToken(api.deps, api.caller, { name: `${role} of ${name}`, role, entityId });
  const [viewer, operator, admin] = [await made('viewer'), await made('operator'), await made('admin')];
  return {
    ...{ name, entityId, kid, assetId, submissionId, heldId, registrationId, junkId, tokenId: viewer.id },
    tokens: { viewer: viewer.token, operator: operator.token, admin: admin.token },
  };
}

interface Home {
  readonly instanceId: number;
  readonly kid: string;
  readonly entityId: string;
}

/** A submission that is held, with its case: both have the one id. */
export async function aHeld(
  api: AdminApi,
  home: Home,
  name: string,
  assetId: string | null,
): Promise<string> {
  const reason = 'identity_conflict';
  const held = { verdict: 'quarantined', reason, name, asset_id: assetId };
  const id = await aSubmission(api, home, held);
  const at = new Date();
  await api.deps.db
    .updateTable('submission')
    .set({ case_id: id })
    .where('instance_id', '=', home.instanceId)
    .where('submission_id', '=', id)
    .execute();
  await api.deps.db
    .insertInto('quarantine')
    .values({
      ...{
        instance_id: home.instanceId,
        case_id: id,
        kid: home.kid,
        fingerprint: id,
        reason,
        asset_id: assetId,
      },
      ...{
        identity: JSON.stringify({ macs: [], ips: [], dropped: [] }),
        evidence: '{}',
        name,
        source_address: '192.0.2.9',
      },
      ...{ first_seen: at, last_seen: at, last_submission: id },
    })
    .execute();
  return id;
}

/** A value that an admin declared junk; for every key when `kid` is left out. */
export async function aJunk(api: AdminApi, kid = '', value = 'JUNK-1'): Promise<string> {
  const junkId = api.deps.newId();
  const said = { origin: 'declared', since: new Date(), made_by: 'test', why: null };
  await api.deps.db
    .insertInto('junk')
    .values({ instance_id: 1, kind: 'serial', value, kid, junk_id: junkId, ...said })
    .execute();
  return junkId;
}

export async function aBan(api: AdminApi): Promise<string> {
  const banId = api.deps.newId();
  const ban = { kind: 'serial', value: banId, ban_id: banId, banned_at: new Date(), banned_by: 'test' };
  await api.deps.db
    .insertInto('ban')
    .values({ instance_id: 1, ...ban })
    .execute();
  return banId;
}
