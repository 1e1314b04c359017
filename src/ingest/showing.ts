import type { DeviceIdentity } from '../domain/identity';
import type { InventoryContent, ValidInventory } from '../domain/inventory';
import type { Pin, PinnedBody, Showing } from '../domain/pin';
import { clockOf } from '../identity/device-clock';
import { isEsx, isScanned } from '../identity/device-kind';
import { osFamilyOf } from '../identity/os-family';
import { sectionOf } from '../identity/content-sections';
import { ValueDigest } from './value-digest';

/** The inventory is a host's own words about itself: what it shows can be weighed against the asset's pin. */
export function isOfHost(inventory: ValidInventory): boolean {
  return !isScanned(inventory) && !isEsx(inventory);
}

/** What a host's inventory shows; a partial is silent on what it does not carry. */
export function showingOf(
  inventory: ValidInventory,
  identity: DeviceIdentity,
  sourceAddress: string,
  now: Date,
): Showing {
  const { content } = inventory;
  const { softwares } = content;
  const isFull = !inventory.partial;
  return {
    deviceid: identity.deviceid,
    agentid: identity.agentid,
    macs: identity.macs.length > 0 ? identity.macs : undefined,
    sourceAddress,
    ...clockOf(content, now),
    osFamily: osFamilyOf(content),
    brand: brandOf(content),
    sshKey: identity.sshKey,
    softwareCount: Array.isArray(softwares) ? softwares.length : isFull ? 0 : undefined,
  };
}

/** `GLPI-Agent_v1.11` → glpi; `OCS-NG_unified_unix_agent_v2.10.0` → ocs. */
function brandOf({ versionclient }: InventoryContent): string | undefined {
  const [brand] =
    typeof versionclient === 'string' ? (/^(glpi|fusioninventory|ocs)/i.exec(versionclient) ?? []) : [];
  return brand?.toLowerCase();
}

const digest = new ValueDigest();

/**
 * Recognises an inventory that was sent before, also when it was compressed or written anew: what it says of the device
 * (digests of its sections) and when it was made. Real agents write the second of the run into each full inventory, so
 * two equal ones are one. 16 hex digits, about 1 µs on top of the digests of the sections.
 */
export function bodyDigestOf(
  content: InventoryContent,
  sectionDigests: Readonly<Record<string, string>>,
): string {
  const { logdate = null } = sectionOf(content, 'accesslog');
  const { boot_time: bootTime = null } = sectionOf(content, 'operatingsystem');
  return digest.of([logdate, { bootTime, sections: { ...sectionDigests } }]);
}

/** A full inventory that was received before. */
export interface Repeat {
  /** No other full inventory was accepted since. */
  readonly isNewest: boolean;
  readonly body: PinnedBody;
}

export function repeatIn(pin: Pin, bodyDigest: string | undefined): Repeat | undefined {
  const place = pin.bodies?.findIndex((body) => body.digest === bodyDigest) ?? -1;
  const body = pin.bodies?.[place];
  return body === undefined ? undefined : { isNewest: place === 0, body };
}
