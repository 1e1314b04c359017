import type { Identifier, StoredIdentity } from '../domain/identity';
import type { JunkKind } from '../domain/junk';
import type { IsJunk } from './comparison';
import { fieldOf } from './identity-sets';

/**
 * So many different machines at once make an identifier junk.
 *
 * A serial, a uuid, a certificate or an ssh host key belongs to one machine. Two have it by a slip that people should
 * see: a board that was flashed with another's number, a virtual machine copied instead of moved. Three are a habit of a
 * maker or of an image.
 *
 * A network card is sold as a part: an adapter or dock passes to the next owner, and on to a third. The fourth machine
 * that shows it means that it is handed around. An agent's state moves with a disk in the same way; on four machines
 * it came with their image.
 */
export const honestLimits: Readonly<Record<JunkKind, number>> = {
  serial: 3,
  uuid: 3,
  certificate: 3,
  sshkey: 3,
  mac: 4,
  deviceid: 4,
};

/**
 * Where the same machines share serial and uuid, only cards, agent and name tell them apart, and one machine may be
 * given other ones of all three at once: so many more are asked for.
 */
export const moreBesideAnother = 2;

/** A device that shows the value: an asset, or a held one. */
export interface Holder {
  readonly identity: StoredIdentity;
}

type Relation = 'same' | 'other' | 'other-beside-number';

/**
 * Whether two devices that share an identifier are surely two machines. Another number in the firmware says so, unless
 * serial and uuid contradict each other; without, every card, the agent and the name must
 * differ. What is junk already tells nothing.
 */
export function relationOf(
  shared: Identifier,
  a: StoredIdentity,
  b: StoredIdentity,
  isJunk: IsJunk = () => false,
): Relation {
  const overlap = (kind: keyof typeof fieldOf): Overlap => {
    const counting = (identity: StoredIdentity): readonly string[] =>
      identity[fieldOf[kind]].filter(
        (value) => !(kind === shared.kind && value === shared.value) && !isJunk(kind, value),
      );
    return overlapOf(counting(a), counting(b));
  };
  const numbers = (['serial', 'uuid'] as const).filter((kind) => kind !== shared.kind).map(overlap);
  const agree = numbers.includes('common');
  const differ = numbers.includes('apart');
  const isOneAgent = shared.kind !== 'deviceid' && overlap('deviceid') === 'common';
  if (differ && !agree) return isOneAgent ? 'same' : 'other';
  const areAllApart = overlap('mac') === 'apart' && overlap('hostname') === 'apart' && !isOneAgent;
  if (!areAllApart || differ) return 'same';
  return agree ? 'other-beside-number' : 'other';
}

type Overlap = 'common' | 'apart' | 'unknown';

function overlapOf(a: readonly string[], b: readonly string[]): Overlap {
  if (a.length === 0 || b.length === 0) return 'unknown';
  return a.some((value) => b.includes(value)) ? 'common' : 'apart';
}

export interface Counted<H> {
  readonly devices: readonly H[];
  readonly limit: number;
  readonly isBesideAnother: boolean;
  readonly isJunk: boolean;
}

/** Counts the machines among the holders of an identifier, the first one surely: no two that could be one. */
export function countMachines<H extends Holder>(
  shared: Identifier,
  holders: readonly H[],
  isJunk?: IsJunk,
): Counted<H> {
  const devices: H[] = [];
  let isBesideAnother = false;
  for (const holder of holders) {
    const relations = devices.map(({ identity }) => relationOf(shared, identity, holder.identity, isJunk));
    if (relations.includes('same')) continue;
    isBesideAnother ||= relations.includes('other-beside-number');
    devices.push(holder);
  }
  const limit = honestLimits[shared.kind as JunkKind] + (isBesideAnother ? moreBesideAnother : 0);
  return { devices, limit, isBesideAnother, isJunk: devices.length >= limit };
}
