import type { DeviceIdentity, Identifier } from '../domain/identity';
import type { Separation } from '../domain/separation';
import type { Factor } from './comparison';
import type { Row } from './decision-table';

interface Holdable {
  readonly assetId: string;
  readonly separated?: readonly Separation[];
  readonly isAwaited?: boolean;
}

/** An asset as the matcher judged it. */
interface Weighed {
  readonly asset: Holdable;
  readonly row: Row;
  readonly agreed: readonly Factor[];
  readonly contradicted: readonly Factor[];
  readonly score: number;
}

const heldApartRule = 'held apart by an admin';
const awaitedRule = 'an admin split this asset off, and what it left with is shown';

/**
 * Where an admin holds two assets apart, a submission may be one of them and not the other, whatever agrees. What left
 * with one decides for that one, unless its hardware contradicts; otherwise the one that fits better stays, and two that
 * fit equally well are left to be ambiguous. Pure; keeps the order.
 */
export function heldApart<W extends Weighed>(shown: DeviceIdentity, judged: readonly W[]): readonly W[] {
  if (!judged.some(({ asset }) => (asset.separated ?? []).length > 0)) return judged;
  const rows = new Map<string, Row>(judged.map(({ asset, row }) => [asset.assetId, row]));
  judged.forEach((one, i) => {
    for (const other of judged.slice(i + 1)) {
      for (const [assetId, row] of rulingsOn(shown, one, other)) rows.set(assetId, row);
    }
  });
  return judged.map((one) => ({ ...one, row: rows.get(one.asset.assetId) ?? one.row }));
}

function rulingsOn(shown: DeviceIdentity, one: Weighed, other: Weighed): readonly (readonly [string, Row])[] {
  const pair = separationOf(one.asset, other.asset);
  if (pair === undefined) return [];
  const [left, stayed] = pair.side === 'left' ? [one, other] : [other, one];
  if (pair.identifiers.some((identifier) => shows(shown, identifier)) && !contradictsHardware(left)) {
    const out = [[stayed.asset.assetId, different(stayed)]] as const;
    return left.asset.isAwaited === true
      ? [...out, [left.asset.assetId, { ...left.row, judgement: 'same', rule: awaitedRule }]]
      : left.row.judgement === 'different'
        ? []
        : out;
  }
  if (one.row.judgement === 'different' || other.row.judgement === 'different') return [];
  const order = one.agreed.length - other.agreed.length || one.score - other.score;
  if (order === 0) return [];
  const worse = order > 0 ? other : one;
  return [[worse.asset.assetId, different(worse)]];
}

function different({ row }: Weighed): Row {
  return { ...row, judgement: 'different', rule: heldApartRule };
}

/** As the first of the two sees it. Either row tells: one of them may have been written before there was the other. */
function separationOf(one: Holdable, other: Holdable): Pick<Separation, 'side' | 'identifiers'> | undefined {
  const own = one.separated?.find(({ assetId }) => assetId === other.assetId);
  if (own !== undefined) return own;
  const mirrored = other.separated?.find(({ assetId }) => assetId === one.assetId);
  if (mirrored === undefined) return undefined;
  return { side: mirrored.side === 'left' ? 'stayed' : 'left', identifiers: mirrored.identifiers };
}

function contradictsHardware({ contradicted }: Weighed): boolean {
  return contradicted.some((factor) => factor === 'serial' || factor === 'uuid' || factor === 'mac');
}

function shows(shown: DeviceIdentity, { kind, value }: Identifier): boolean {
  if (kind === 'mac') return shown.macs.includes(value);
  if (kind === 'ip') return shown.ips.includes(value);
  return (kind === 'sshkey' ? shown.sshKey : shown[kind]) === value;
}
