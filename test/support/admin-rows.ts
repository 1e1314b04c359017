import { deflateSync } from 'node:zlib';
import { v7 } from 'uuid';
import type { AdminApi } from './admin-api';

/** Rows as the pipeline leaves them, for tests of what admins see. Every call makes a new one. */

type Over = Readonly<Record<string, unknown>>;

interface Home {
  readonly instanceId: number;
  readonly kid: string;
  readonly entityId: string;
}

export function homeOf(api: AdminApi): Home {
  return { instanceId: 1, kid: api.firstKid, entityId: api.rootEntityId };
}

const emptyIdentity = {
  serials: [],
  uuids: [],
  macs: [],
  deviceids: [],
  agentids: [],
  hostnames: [],
  ips: [],
  certificates: [],
  sshKeys: [],
};

export async function anAsset(api: AdminApi, home: Home, over: Over = {}): Promise<string> {
  const assetId = v7();
  const { identity, identifiers, content, ...columns } = over as {
    identity?: object;
    identifiers?: Record<string, string[]>;
    content?: unknown;
  };
  const at = new Date();
  await api.deps.db
    .insertInto('asset')
    .values({
      instance_id: home.instanceId,
      asset_id: assetId,
      kid: home.kid,
      entity_id: home.entityId,
      itemtype: 'Computer',
      name: 'pc-1',
      identity: JSON.stringify({ ...emptyIdentity, ...identity }),
      section_digests: '{}',
      first_seen: at,
      last_seen: at,
      last_changed: at,
      last_submission: v7(),
      ...columns,
    })
    .execute();
  for (const [kind, values] of Object.entries(identifiers ?? {})) {
    for (const value of values) {
      await api.deps.db
        .insertInto('asset_identifier')
        .values({ instance_id: home.instanceId, kind, value, asset_id: assetId, first_seen: at })
        .execute();
    }
  }
  if (content !== undefined) {
    await api.deps.db
      .insertInto('asset_inventory')
      .values({
        instance_id: home.instanceId,
        asset_id: assetId,
        content: deflateSync(JSON.stringify(content)),
        submission_id: v7(),
        stored_at: at,
      })
      .execute();
  }
  return assetId;
}

export async function aSubmission(api: AdminApi, home: Home, over: Over = {}): Promise<string> {
  const submissionId = v7();
  const isAccepted = (over.verdict ?? 'accepted') === 'accepted';
  await api.deps.db
    .insertInto('submission')
    .values({
      instance_id: home.instanceId,
      submission_id: submissionId,
      received_at: new Date(),
      kid: home.kid,
      verdict: 'accepted',
      ...(isAccepted ? { outcome: 'updated' } : {}),
      evidence: '{}',
      source_address: '192.0.2.9',
      dialect: 'json',
      ...over,
    })
    .execute();
  return submissionId;
}

export async function anAgent(api: AdminApi, home: Home, over: Over = {}): Promise<void> {
  const at = new Date();
  await api.deps.db
    .insertInto('agent')
    .values({
      instance_id: home.instanceId,
      kid: home.kid,
      sender: v7(),
      source_address: '192.0.2.9',
      first_contact: at,
      last_contact: at,
      ...over,
    })
    .execute();
}

/** An installation that registered a moment ago. */
export async function aRegistration(api: AdminApi, home: Home, name: string): Promise<string> {
  const registrationId = v7();
  const at = new Date();
  await api.deps.db
    .insertInto('registered_instance')
    .values({
      instance_id: home.instanceId,
      registration_id: registrationId,
      kid: home.kid,
      installation_id: v7(),
      kind: 'host',
      name,
      version: '0.1.0',
      server_url: 'https://inventory.example',
      own_url: null,
      handshake: Buffer.alloc(32),
      generation: 1,
      source_address: '192.0.2.9',
      registered_at: at,
      last_validated_at: at,
    })
    .execute();
  return registrationId;
}

/** A dead letter of an asset. */
export async function aDeadLetter(api: AdminApi, home: Home, assetId: string): Promise<void> {
  const at = new Date();
  await api.deps.db
    .insertInto('forwarding')
    .values({
      instance_id: home.instanceId,
      asset_id: assetId,
      wanted: v7(),
      since: at,
      trouble: 'schema',
      trouble_detail: 'JSON does not validate',
      trouble_at: at,
      dead_at: at,
    })
    .execute();
}

/** Where nobody listens: it is there, and nothing is sent. */
export async function anUpstream(api: AdminApi): Promise<void> {
  await api.expect(200, 'post', '/upstream', { url: 'http://127.0.0.1:1/glpi' });
}
