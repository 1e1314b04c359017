import { identityOf } from '../../../src/identity/device-identity';
import type { ValidInventory } from '../../../src/domain/inventory';
import type { RegistrationKey } from '../../../src/domain/registration-key';
import type { HoldableResult } from '../../../src/domain/verdict';
import { identify, type Identified } from '../../../src/ingest/identify';
import type { CandidateAsset, Facts } from '../../../src/ingest/ports';
import { aKey } from '../../support/keys';
import { weigh, type Weighed } from '../../../src/ingest/weigh';
import { assetOf, type AssetTraits } from '../identity/machines';

export const now = new Date('2026-06-01T12:00:00Z');
export const sourceAddress = '192.0.2.10';

export function keyWith(traits: Partial<RegistrationKey> = {}): RegistrationKey {
  return aKey({ kid: 'KEY', ...traits });
}

export function candidateOf(inventory: ValidInventory, traits: AssetTraits = {}): CandidateAsset {
  return {
    ...assetOf(inventory, traits),
    entityId: 'entity-of-asset',
    sectionDigests: {},
    lastSeen: now,
    pin: {},
    contested: undefined,
  };
}

export function factsWith(candidates: readonly CandidateAsset[] = [], traits: Partial<Facts> = {}): Facts {
  return {
    candidates,
    fullAwaited: false,
    keyAssetCount: 0,
    newAssetsLastHour: 0,
    ruling: undefined,
    banned: [],
    junk: [],
    inventoryOf: () => undefined,
    ...traits,
  };
}

export function identified(
  inventory: ValidInventory,
  facts: Facts,
  key = keyWith(),
): HoldableResult<Identified> {
  return identify(inventory, identityOf(inventory), key, facts);
}

export function weighed(
  inventory: ValidInventory,
  found: Identified,
  facts: Facts,
  key = keyWith(),
): Weighed {
  const subject = { inventory, identity: identityOf(inventory), key, sourceAddress, now };
  return weigh({ ...subject, isSteerable: false, newAssetId: 'submission-1' }, found, facts);
}

/** What a stage let pass; fails the test when it let nothing pass. */
export function passedValue<T>(result: HoldableResult<T>): T {
  if (result.verdict !== 'passed') throw new Error(`${result.verdict}: ${result.reason}`);
  return result.value;
}
