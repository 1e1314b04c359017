import { v7 } from 'uuid';
import type { Pool } from 'pg';
import type { Identifier } from '../../src/domain/identity';
import type { RegistrationKey } from '../../src/domain/registration-key';
import { identityFrom } from '../../src/identity/identity-sets';
import { aKey as anyKey } from './keys';
import { describeChange } from '../../src/ingest/history/describe-change';
import type { AcceptedSettlement, Facts, SettleRequest, Settlement } from '../../src/ingest/ports';

export const rootEntity = '01900000-0000-7000-8000-000000000001';

export function aKey(over: Partial<RegistrationKey> = {}): RegistrationKey {
  return anyKey({ entityId: rootEntity, ...over });
}

/** An instance, its root entity and the key of `aKey()`, straight into the tables. */
export async function plantKey(pool: Pool, key = aKey()): Promise<void> {
  const at = new Date('2026-01-01T00:00:00Z');
  await pool.query(
    `INSERT INTO instance VALUES ($1, $2, '{http://localhost:8080}', $3) ON CONFLICT DO NOTHING`,
    [key.instanceId, `instance ${key.instanceId}`, at],
  );
  await pool.query(
    `INSERT INTO entity (instance_id, entity_id, name, created_at) VALUES ($1, $2, 'Root', $3) ON CONFLICT DO NOTHING`,
    [key.instanceId, key.entityId, at],
  );
  await pool.query(
    `INSERT INTO registration_key (instance_id, kid, name, entity_id, mode, carriers, tag_policy, created_at, created_by)
     VALUES ($1, $2, $3, $4, 'auto', '{basic}', 'ignore', $5, 'test')`,
    [key.instanceId, key.kid, key.name, key.entityId, at],
  );
}

/** A submission that is the asset found by its identifiers, or a new one: the simplest decision there is. */
export function aSubmission(
  identifiers: readonly Identifier[],
  over: {
    key?: RegistrationKey;
    name?: string;
    content?: Record<string, string>;
    decide?: (facts: Facts) => Settlement;
  } = {},
): SettleRequest {
  const key = over.key ?? aKey();
  const newAssetId = v7();
  const identity = identityFrom(identifiers);
  const decide = (facts: Facts): Settlement => {
    const [known] = facts.candidates;
    if (key.maxAssets !== null && known === undefined && facts.keyAssetCount >= key.maxAssets) {
      return { verdict: 'refused', reason: 'quota_exceeded', evidence: {}, notes: [], awaitFull: false };
    }
    return {
      verdict: 'accepted',
      outcome: known === undefined ? 'created' : 'updated',
      assetId: known?.assetId ?? newAssetId,
      entityId: key.entityId,
      itemtype: 'Computer',
      identity,
      pin: {},
      display: {
        name: over.name,
        serial: undefined,
        uuid: undefined,
        macs: [],
        ips: [],
        manufacturer: undefined,
        model: undefined,
        os: undefined,
        lastUser: undefined,
      },
      newIdentifiers: [...identifiers],
      inventory: { content: over.content ?? { versionclient: 'test' }, sectionDigests: { bios: 'aa' } },
      changedSections: known === undefined ? [] : ['bios'],
      changes: [],
      evidence: {},
      notes: [],
    } satisfies AcceptedSettlement;
  };
  return {
    learning: { suspects: () => [], learn: () => undefined },
    record: {
      submissionId: v7(),
      instanceId: key.instanceId,
      kid: key.kid,
      receivedAt: new Date(),
      sourceAddress: '192.0.2.1',
      userAgent: undefined,
      agentid: undefined,
      deviceid: identity.deviceids[0],
      itemtype: 'Computer',
      name: over.name,
      partial: false,
      wireBytes: 10,
      dialect: 'json',
    },
    key,
    identity: {
      serial: undefined,
      uuid: undefined,
      macs: [],
      deviceid: undefined,
      agentid: undefined,
      hostname: undefined,
      ips: [],
      certificate: undefined,
      sshKey: undefined,
      manufacturer: undefined,
      dropped: [],
    },
    lookups: identifiers,
    deviceidIsDevice: true,
    isFull: true,
    needsInventory: false,
    held: { wire: Buffer.from('held'), contentType: 'application/json' },
    agent: { version: 'test', tag: undefined, generation: 1 },
    decide: over.decide ?? decide,
    describeChange,
  };
}
