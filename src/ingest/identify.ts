import type { DeviceIdentity } from '../domain/identity';
import type { ValidInventory } from '../domain/inventory';
import type { RegistrationKey } from '../domain/registration-key';
import { passed, quarantined, refused, type HoldableResult } from '../domain/verdict';
import { isScanned, isVirtualMachine } from '../identity/device-kind';
import { withoutJunk } from '../identity/junk';
import { match } from '../identity/match';
import type { MatchGrounds } from '../identity/match-grounds';
import { droppedOf } from './dropped';
import type { CandidateAsset, Facts } from './ports';

/** A known asset may be another key's: `vet` holds those. */
export type Identified =
  | { readonly kind: 'known'; readonly asset: CandidateAsset; readonly match: MatchGrounds }
  | { readonly kind: 'new'; readonly match: MatchGrounds };

/** Says which asset the submission speaks of, that it speaks of a new one, or that this cannot be told. */
export function identify(
  inventory: ValidInventory,
  identity: DeviceIdentity,
  key: RegistrationKey,
  facts: Facts,
): HoldableResult<Identified> {
  const scanned = isScanned(inventory);
  // A scan always tells what it could see: it is never a part of something sent before.
  const isPartial = inventory.partial && !scanned;
  if (isPartial && facts.fullAwaited)
    return refused('full_inventory_awaited', { since: 'last full one refused' });

  const found = match(
    {
      ...{ identity, kid: key.kid, isPartial, isScanned: scanned, junk: facts.junk },
      isVirtualMachine: isVirtualMachine(inventory),
    },
    facts.candidates,
  );
  const evidence = { match: found.grounds };
  switch (found.result) {
    case 'same':
    case 'same-elsewhere':
      return passed({ kind: 'known', asset: found.asset, match: found.grounds });
    case 'conflict':
      return quarantined('identity_conflict', evidence, found.asset.assetId);
    case 'ambiguous':
      return quarantined('identity_ambiguous', {
        ...evidence,
        fits: found.assets.map((asset) => asset.assetId),
      });
    case 'none':
      if (isPartial) return refused('full_inventory_awaited', evidence);
      if (!isRecognisable(withoutJunk(identity, facts.junk), scanned)) {
        return refused('identity_insufficient', { ...evidence, dropped: droppedOf(identity, facts.junk) });
      }
      return passed({ kind: 'new', match: found.grounds });
  }
}

/** Whether the device could be told from others when it comes again. */
function isRecognisable(identity: DeviceIdentity, scanned: boolean): boolean {
  const { serial, uuid, macs, deviceid, hostname, ips } = identity;
  if (serial !== undefined || uuid !== undefined || macs.length > 0) return true;
  return scanned
    ? ips.length > 0 || hostname !== undefined
    : deviceid !== undefined && hostname !== undefined;
}
