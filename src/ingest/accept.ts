import type { DeviceIdentity, DisplayIdentity } from '../domain/identity';
import type { InventoryContent, ValidInventory } from '../domain/inventory';
import type { Pin } from '../domain/pin';
import { isScanned } from '../identity/device-kind';
import { has, identifiersIn } from '../identity/identity-sets';
import { collectIdentity, identityChanges } from './collect-identity';
import { mergeDiscovery } from './merge-discovery';
import { mergePartial } from './merge-partial';
import type { AcceptedSettlement, CandidateAsset, Facts } from './ports';
import { pinAfter } from './pin-after';
import { changedSections, digestSections } from './section-digests';
import type { Repeat } from './showing';
import type { Weighed } from './weigh';

/** An accepted inventory, its asset and its entity known: what is left is what becomes of the stored asset. */
export interface AssignedInventory {
  readonly inventory: ValidInventory;
  readonly identity: DeviceIdentity;
  /** Worked out only when it is written: it costs as much as the whole identity. */
  readonly display: () => DisplayIdentity;
  /** Undefined for a device not seen before. */
  readonly known: CandidateAsset | undefined;
  readonly entityId: string;
  readonly weighed: Pick<Weighed, 'shown' | 'repeat' | 'sectionDigests' | 'bodyDigest' | 'now'>;
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** Works out what is written: a new asset, a changed one, or only that it was seen. */
export function accept(assigned: AssignedInventory, facts: Facts, newAssetId: string): AcceptedSettlement {
  const { inventory, identity, known, entityId, evidence, weighed } = assigned;
  const { repeat } = weighed;
  // What an admin decided on is taken as it is, old or not.
  if (known !== undefined && repeat !== undefined && facts.ruling?.reach !== 'held')
    return acceptRepeat(assigned, known, repeat);
  const collected = collectIdentity(identity, known?.identity);
  const newIdentifiers = identifiersIn(collected).filter(
    (one) => known === undefined || !has(known.identity, one),
  );
  const common = {
    verdict: 'accepted',
    entityId,
    identity: collected,
    pin: pinOf(weighed, known),
    notes: inventory.notes,
    newIdentifiers,
  } as const;
  if (known === undefined) {
    const sectionDigests = weighed.sectionDigests ?? digestSections(inventory.content);
    return {
      ...common,
      evidence: { ...evidence, brought: newIdentifiers },
      outcome: 'created',
      assetId: newAssetId,
      itemtype: inventory.itemtype,
      display: assigned.display(),
      inventory: { content: inventory.content, sectionDigests },
      changedSections: [],
      changes: [],
    };
  }
  const { content, sectionDigests } = contentAfter(inventory, known, facts, weighed.sectionDigests);
  const changed = changedSections(known.sectionDigests, sectionDigests);
  const changes = identityChanges(identity, known.identity);
  const itemtype = known.itemtype === 'Unmanaged' ? inventory.itemtype : known.itemtype;
  const isUnchanged =
    changed.length === 0 && common.newIdentifiers.length === 0 && itemtype === known.itemtype;
  return {
    ...common,
    evidence: isUnchanged ? evidence : { ...evidence, brought: newIdentifiers },
    outcome: isUnchanged ? 'unchanged' : 'updated',
    assetId: known.assetId,
    itemtype,
    display: isUnchanged || isGlanceAtAgent(inventory, known) ? nothingShown : assigned.display(),
    inventory: isUnchanged ? undefined : { content, sectionDigests },
    changedSections: changed,
    changes,
  };
}

/** Received before: the asset was seen, and keeps what it has, its pinned address too. */
function acceptRepeat(
  assigned: AssignedInventory,
  known: CandidateAsset,
  repeat: Repeat,
): AcceptedSettlement {
  const { inventory, entityId, evidence } = assigned;
  const { isNewest, body } = repeat;
  return {
    verdict: 'accepted',
    outcome: 'unchanged',
    assetId: known.assetId,
    entityId,
    itemtype: known.itemtype,
    identity: known.identity,
    pin: known.pin,
    display: nothingShown,
    newIdentifiers: [],
    inventory: undefined,
    changedSections: [],
    changes: [],
    evidence: { ...evidence, repeats: { firstReceived: body.at, isNewest } },
    notes: inventory.notes,
  };
}

/** What others report of a device does not change its pin. */
function pinOf(
  { shown, bodyDigest, now }: AssignedInventory['weighed'],
  known: CandidateAsset | undefined,
): Pin {
  return shown === undefined ? (known?.pin ?? {}) : pinAfter(known?.pin, shown, bodyDigest, now);
}

/** A full inventory replaces what was stored; a partial and a discovery are laid onto it. */
function contentAfter(
  inventory: ValidInventory,
  known: CandidateAsset,
  facts: Facts,
  digests: Readonly<Record<string, string>> | undefined,
): { content: InventoryContent; sectionDigests: Readonly<Record<string, string>> } {
  const stored = facts.inventoryOf(known.assetId);
  if (inventory.partial && stored !== undefined) {
    const content = mergePartial(stored, inventory.content);
    const fresh = digestSections(content, Object.keys(inventory.content));
    return { content, sectionDigests: { ...known.sectionDigests, ...fresh } };
  }
  if (stored !== undefined && isGlance(inventory, known)) {
    const content = mergeDiscovery(stored, inventory.content);
    return { content, sectionDigests: digestSections(content) };
  }
  return { content: inventory.content, sectionDigests: digests ?? digestSections(inventory.content) };
}

/** A look from outside: a discovery, or a scan of a machine whose own agent says more. */
function isGlance(inventory: ValidInventory, known: CandidateAsset): boolean {
  return inventory.action === 'netdiscovery' || isGlanceAtAgent(inventory, known);
}

function isGlanceAtAgent(inventory: ValidInventory, known: CandidateAsset): boolean {
  return isScanned(inventory) && known.identity.deviceids.length > 0;
}

/** Columns that are not written: what the asset shows stays. */
const nothingShown: DisplayIdentity = {
  name: undefined,
  serial: undefined,
  uuid: undefined,
  macs: [],
  ips: [],
  manufacturer: undefined,
  model: undefined,
  os: undefined,
  lastUser: undefined,
};
