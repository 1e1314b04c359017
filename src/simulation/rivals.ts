import type { SimulatedMessage, SeenIdentity } from './message';
import type { Decided } from './score';

/** The rules by which others recognise a device, for comparison: each takes the messages in order and names assets. */
export interface Rival {
  readonly name: string;
  readonly decide: (messages: readonly SimulatedMessage[]) => readonly Decided[];
}

/** Assets found by any of several keys, the first that is known; all keys of a message then lead to its asset. */
function byKeys(name: string, keysOf: (message: SimulatedMessage) => readonly string[]): Rival {
  return {
    name,
    decide: (messages) => {
      const assets = new Map<string, string>();
      return messages.map((message, n) => {
        const keys = keysOf(message);
        const assetId =
          keys.map((key) => assets.get(key)).find((known) => known !== undefined) ?? `asset ${n}`;
        for (const key of keys) if (!assets.has(key)) assets.set(key, assetId);
        return taken(message, assetId);
      });
    },
  };
}

/** None of them has a notion of a key's entity, so that is not held against them. */
function taken(message: SimulatedMessage, assetId: string): Decided {
  return { message, verdict: 'accepted', assetId, isInEntity: true };
}

const given = (kind: string, value: string | undefined): string[] =>
  value === undefined || value.trim() === '' ? [] : [`${kind}:${value.trim().toLowerCase()}`];
const cards = ({ macs }: SeenIdentity): string[] => macs.flatMap((mac) => given('mac', mac));

export const rivals: readonly Rival[] = [
  byKeys('deviceid', ({ seen }) => given('deviceid', seen.deviceid)),
  byKeys('serial', ({ seen }) => given('serial', seen.serial)),
  byKeys('any MAC', ({ seen }) => cards(seen)),
  byKeys('key + (MAC or name)', ({ seen, site }) =>
    [...cards(seen), ...given('name', seen.name)].map((key) => `${site} ${key}`),
  ),
  { name: "GLPI's default order", decide: decideAsGlpi },
];

interface GlpiAsset {
  readonly assetId: string;
  serial: string;
  uuid: string;
  name: string;
}

/**
 * Update by serial and uuid, by serial when the stored uuid is empty, create when both are given, update by serial, by
 * name, create by serial or name. Its list of filler values is applied as far as the fleet draws them. In force for
 * computers; for devices found by scans only the serial counts.
 */
function decideAsGlpi(messages: readonly SimulatedMessage[]): readonly Decided[] {
  const assets = new Map<string, GlpiAsset>();
  const find = (kind: string, value: string): GlpiAsset | undefined => assets.get(`${kind}:${value}`);
  return messages.map((message, n) => {
    const { serial, uuid, name, isComputer } = glpiIdentity(message.seen);
    const bySerial = serial === '' ? undefined : find('serial', serial);
    const byName = isComputer && name !== '' ? find('name', name) : undefined;
    const known =
      bySerial !== undefined && (bySerial.uuid === uuid || bySerial.uuid === '')
        ? bySerial
        : serial !== '' && uuid !== ''
          ? undefined
          : (bySerial ?? byName);
    const asset = known ?? { assetId: `asset ${n}`, serial, uuid, name };
    if (serial !== '') assets.set(`serial:${serial}`, asset);
    if (name !== '') assets.set(`name:${name}`, asset);
    asset.uuid = uuid === '' ? asset.uuid : uuid;
    return taken(message, asset.assetId);
  });
}

const glpiFillers = new Set([
  'to be filled by o.e.m.',
  'system serial number',
  'none',
  '0',
  '03000200-0400-0500-0006-000700080009',
]);

function glpiIdentity({ serial = '', uuid = '', name = '', itemtype }: SeenIdentity) {
  const real = (value: string): string => {
    const text = value.trim().toLowerCase();
    return glpiFillers.has(text) ? '' : text;
  };
  const isComputer = itemtype === 'Computer' || itemtype === 'COMPUTER';
  return { serial: real(serial), uuid: isComputer ? real(uuid) : '', name: real(name), isComputer };
}
