import type {
  DeviceIdentity,
  DisplayIdentity,
  Identifier,
  IdentifierKind,
  StoredIdentity,
} from '../domain/identity';
import type { InventoryContent, ValidInventory } from '../domain/inventory';
import { isScanned } from '../identity/device-kind';
import { mergeDiscovery } from './merge-discovery';
import { mergePartial } from './merge-partial';
import type { AcceptedSettlement, AssetChange, CandidateAsset, Facts } from './ports';
import { changedSections, digestSections } from './section-digests';

/** An accepted inventory, its asset and its entity known: what is left is what becomes of the stored asset. */
export interface AssignedInventory {
  readonly inventory: ValidInventory;
  readonly identity: DeviceIdentity;
  /** Worked out only when it is written: it costs as much as the whole identity. */
  readonly display: () => DisplayIdentity;
  /** Undefined for a device not seen before. */
  readonly known: CandidateAsset | undefined;
  readonly entityId: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** Most values of one kind that an asset keeps; a machine has few, a forger could send a new one each day. */
const maxValuesPerKind = 64;

/** Works out what is written: a new asset, a changed one, or only that it was seen. */
export function accept(assigned: AssignedInventory, facts: Facts, newAssetId: string): AcceptedSettlement {
  const { inventory, identity, known, entityId, evidence } = assigned;
  const collected = collectIdentity(identity, known?.identity);
  const common = {
    verdict: 'accepted',
    entityId,
    identity: collected,
    pin: known?.pin ?? {},
    evidence,
    notes: inventory.notes,
    newIdentifiers: identifiersOf(collected).filter((identifier) => !isKnown(identifier, known?.identity)),
  } as const;
  if (known === undefined) {
    const sectionDigests = digestSections(inventory.content);
    return {
      ...common,
      outcome: 'created',
      assetId: newAssetId,
      itemtype: inventory.itemtype,
      display: assigned.display(),
      inventory: { content: inventory.content, sectionDigests },
      changedSections: [],
      changes: [],
    };
  }
  const { content, sectionDigests } = contentAfter(inventory, known, facts);
  const changed = changedSections(known.sectionDigests, sectionDigests);
  const changes = identityChanges(identity, known.identity);
  const itemtype = known.itemtype === 'Unmanaged' ? inventory.itemtype : known.itemtype;
  const isUnchanged =
    changed.length === 0 && common.newIdentifiers.length === 0 && itemtype === known.itemtype;
  return {
    ...common,
    outcome: isUnchanged ? 'unchanged' : 'updated',
    assetId: known.assetId,
    itemtype,
    display: isUnchanged || isGlanceAtAgent(inventory, known) ? nothingShown : assigned.display(),
    inventory: isUnchanged ? undefined : { content, sectionDigests },
    changedSections: changed,
    changes,
  };
}

/** A full inventory replaces what was stored; a partial and a discovery are laid onto it. */
function contentAfter(
  inventory: ValidInventory,
  known: CandidateAsset,
  facts: Facts,
): { content: InventoryContent; sectionDigests: Record<string, string> } {
  const stored = facts.inventoryOf(known.assetId);
  if (inventory.partial && stored !== undefined) {
    const content = mergePartial(stored, inventory.content);
    const fresh = digestSections(content, Object.keys(inventory.content));
    return { content, sectionDigests: { ...known.sectionDigests, ...fresh } };
  }
  const content =
    stored !== undefined && isGlance(inventory, known)
      ? mergeDiscovery(stored, inventory.content)
      : inventory.content;
  return { content, sectionDigests: digestSections(content) };
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

const kindOfField = {
  serials: 'serial',
  uuids: 'uuid',
  macs: 'mac',
  deviceids: 'deviceid',
  agentids: 'agentid',
  hostnames: 'hostname',
  ips: 'ip',
  certificates: 'certificate',
  sshKeys: 'sshkey',
} as const satisfies Record<keyof StoredIdentity, IdentifierKind>;

const identityFields = Object.keys(kindOfField) as (keyof StoredIdentity)[];

function valuesOf(identity: DeviceIdentity): StoredIdentity {
  const one = (value: string | undefined): string[] => (value === undefined ? [] : [value]);
  return {
    serials: one(identity.serial),
    uuids: one(identity.uuid),
    macs: identity.macs,
    deviceids: one(identity.deviceid),
    agentids: one(identity.agentid),
    hostnames: one(identity.hostname),
    ips: identity.ips,
    certificates: one(identity.certificate),
    sshKeys: one(identity.sshKey),
  };
}

/** Newest first, so that the oldest values fall out at the limit. */
function collectIdentity(identity: DeviceIdentity, before: StoredIdentity | undefined): StoredIdentity {
  const now = valuesOf(identity);
  const collect = (field: keyof StoredIdentity): string[] =>
    [...new Set([...now[field], ...(before?.[field] ?? [])])].slice(0, maxValuesPerKind);
  return {
    serials: collect('serials'),
    uuids: collect('uuids'),
    macs: collect('macs'),
    deviceids: collect('deviceids'),
    agentids: collect('agentids'),
    hostnames: collect('hostnames'),
    ips: collect('ips'),
    certificates: collect('certificates'),
    sshKeys: collect('sshKeys'),
  };
}

function identifiersOf(identity: StoredIdentity): Identifier[] {
  return identityFields.flatMap((field) =>
    identity[field].map((value) => ({ kind: kindOfField[field], value })),
  );
}

function isKnown(identifier: Identifier, before: StoredIdentity | undefined): boolean {
  if (before === undefined) return false;
  const field = identityFields.find((name) => kindOfField[name] === identifier.kind);
  return field !== undefined && before[field].includes(identifier.value);
}

/** A value that the asset never had is worth a line in its history, beside the values it had last. */
function identityChanges(identity: DeviceIdentity, before: StoredIdentity): AssetChange[] {
  const now = valuesOf(identity);
  return identityFields.flatMap((field) => {
    const fresh = now[field].filter((value) => !before[field].includes(value));
    return fresh.length === 0
      ? []
      : [{ field: kindOfField[field], before: before[field].slice(0, 8), after: fresh }];
  });
}
