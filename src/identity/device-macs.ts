import type { JsonObject } from '../domain/inventory';
import { cleanText } from './clean-text';
import type { DroppedIdentifiers } from './dropped-identifiers';
import { isLocallyAdministered, normaliseMac, spellMac } from './mac-address';
import { interfaceKind } from './network-interface';
import { whySharedMac } from './shared-mac';

const maxMacs = 32;
/** Of a network device without an address of its own, so many of its ports' count. */
const maxPortMacs = 4;

export interface DeviceMacs {
  /** Sorted, without repeats, at most 32. */
  readonly macs: readonly string[];
  /**
   * Worth showing and finding, but no identifier: random Wi-Fi addresses, another may come tomorrow; addresses that
   * containers get, the same ones on every host.
   */
  readonly shownOnly: readonly string[];
}

/**
 * The addresses by which a machine is recognised: those of its cards, in whatever order and however often listed.
 * An address that a virtual interface repeats from a card (bond, bridge, filter driver) is the card's.
 */
export function macsOfHost(networks: readonly JsonObject[], dropped: DroppedIdentifiers): DeviceMacs {
  const cards = new Set<string>();
  const flagged = new Set<string>();
  const virtual = new Set<string>();
  const random = new Set<string>();
  const containers = new Set<string>();
  for (const entry of networks) {
    const sent = cleanText(entry.mac);
    if (sent === undefined) continue;
    const mac = dropped.take('mac', sent, normaliseMac(sent));
    const kind = interfaceKind(entry);
    if (mac === undefined) {
      const container = kind === 'physical' ? containerMac(sent) : undefined;
      if (container !== undefined) containers.add(container);
      continue;
    }
    if (kind === 'virtual') virtual.add(mac);
    else if (kind === 'flagged') flagged.add(mac);
    else if (kind === 'wifi' && isLocallyAdministered(mac)) random.add(mac);
    else cards.add(mac);
  }
  // A virtual machine's only card may carry the flag; real cards beside it make the flag believable.
  const counting = cards.size > 0 ? cards : flagged;
  noteOthers(counting, { virtual, flagged, random }, dropped);
  return {
    macs: bounded(counting, dropped),
    shownOnly: [...without(random, counting), ...containers].sort().slice(0, maxMacs),
  };
}

/** The addresses of a device seen by a scan: its own, or, failing that, the lowest of its ports. */
export function macsOfScanned(
  device: JsonObject,
  ports: readonly JsonObject[],
  dropped: DroppedIdentifiers,
): DeviceMacs {
  const sent = cleanText(device.mac);
  const own = sent === undefined ? undefined : dropped.take('mac', sent, normaliseMac(sent));
  if (own !== undefined) return { macs: [own], shownOnly: [] };
  const ofPorts = new Set<string>();
  for (const port of ports) {
    const portMac = cleanText(port.mac);
    const mac = portMac === undefined ? undefined : dropped.counted('mac', normaliseMac(portMac));
    if (mac !== undefined) ofPorts.add(mac);
  }
  return { macs: [...ofPorts].sort(byMaker).slice(0, maxPortMacs).sort(), shownOnly: [] };
}

/** A card with an address as containers have it: inside a container it is the only one. */
function containerMac(sent: string): string | undefined {
  const mac = spellMac(sent);
  return mac !== undefined && whySharedMac(mac) === 'container' ? mac : undefined;
}

function noteOthers(
  counting: ReadonlySet<string>,
  others: { virtual: Set<string>; flagged: Set<string>; random: Set<string> },
  dropped: DroppedIdentifiers,
): void {
  for (const mac of without(others.virtual, counting)) dropped.note('mac', mac, 'virtual interface');
  for (const mac of without(others.flagged, counting)) dropped.note('mac', mac, 'virtual interface');
  for (const mac of without(others.random, counting)) dropped.note('mac', mac, 'random Wi-Fi address');
}

function without(macs: ReadonlySet<string>, others: ReadonlySet<string>): string[] {
  return [...macs].filter((mac) => !others.has(mac));
}

function bounded(macs: ReadonlySet<string>, dropped: DroppedIdentifiers): readonly string[] {
  const sorted = [...macs].sort(byMaker);
  for (const mac of sorted.slice(maxMacs)) dropped.note('mac', mac, `more than ${maxMacs} addresses`);
  return sorted.slice(0, maxMacs).sort();
}

/** Addresses given by a card's maker first: they outlive the others. */
function byMaker(a: string, b: string): number {
  const order = Number(isLocallyAdministered(a)) - Number(isLocallyAdministered(b));
  return order === 0 ? (a < b ? -1 : 1) : order;
}
