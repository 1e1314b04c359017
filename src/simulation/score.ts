import type { SimulatedMessage } from './message';

/** What became of a message: the asset and entity it ended in, when it was accepted. */
export interface Decided {
  readonly message: SimulatedMessage;
  readonly verdict: 'accepted' | 'quarantined' | 'refused';
  /** Of one that was not accepted, when it is known. */
  readonly reason?: string | undefined;
  readonly assetId: string | undefined;
  /** True when the asset stands in the entity of the site. Undefined when it was not accepted. */
  readonly isInEntity: boolean | undefined;
}

export interface Score {
  readonly messages: number;
  /** Of two messages put into one asset: how often they are of one device. */
  readonly precision: number;
  /** Of two messages of one device that a system had to recognise: how often they are in one asset. */
  readonly recall: number;
  /** Devices whose messages are in more than one asset. */
  readonly devicesSplit: number;
  /** Assets with messages of more than one device. */
  readonly assetsImpure: number;
  /** Spoofs that reached their victim's asset. */
  readonly spoofsMerged: number;
  /** Messages of good agents that were refused, or held. */
  readonly goodRefused: number;
  readonly goodHeld: number;
  /** Of the good ones accepted: share in the right entity. */
  readonly entityAccuracy: number;
}

/** Pure. A message that was not accepted is in no asset, so it costs recall unless it was free to be held. */
export function scoreOf(decided: readonly Decided[]): Score {
  const accepted = decided.filter(({ assetId }) => assetId !== undefined);
  const assets = countBy(accepted, ({ assetId }) => assetId ?? '');
  const pairs = countBy(accepted, ({ assetId, message }) => pairKey(assetId ?? '', message.device));
  const together = sum([...pairs.values()].map(pairsOf));
  const inOneAsset = sum([...assets.values()].map(pairsOf));

  const wanted = decided.filter(
    ({ message, assetId }) => message.expected === 'accept' || assetId !== undefined,
  );
  const ofOneDevice = sum([...countBy(wanted, ({ message }) => message.device).values()].map(pairsOf));

  const good = decided.filter(({ message }) => message.expected === 'accept');
  const goodAccepted = good.filter(({ assetId }) => assetId !== undefined);
  return {
    messages: decided.length,
    precision: ratio(together, inOneAsset),
    recall: ratio(together, ofOneDevice),
    devicesSplit: moreThanOne(pairs, (pair) => pair.split(between)[1] ?? ''),
    assetsImpure: moreThanOne(pairs, (pair) => pair.split(between)[0] ?? ''),
    spoofsMerged: spoofsMergedOf(accepted),
    goodRefused: good.filter(({ verdict }) => verdict === 'refused').length,
    goodHeld: good.filter(({ verdict }) => verdict === 'quarantined').length,
    entityAccuracy: ratio(
      goodAccepted.filter(({ isInEntity }) => isInEntity === true).length,
      goodAccepted.length,
    ),
  };
}

/** A spoof is merged when its asset holds a message of its victim. */
function spoofsMergedOf(accepted: readonly Decided[]): number {
  const homes = new Set(accepted.map(({ assetId, message }) => pairKey(assetId ?? '', message.device)));
  return accepted.filter(
    ({ assetId, message }) =>
      message.victim !== undefined && homes.has(pairKey(assetId ?? '', message.victim)),
  ).length;
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return counts;
}

function moreThanOne(pairs: ReadonlyMap<string, number>, sideOf: (pair: string) => string): number {
  return [...countBy([...pairs.keys()], sideOf).values()].filter((count) => count > 1).length;
}

/** Stands in no id and no name. */
const between = '\t';
const pairKey = (assetId: string, device: string): string => `${assetId}${between}${device}`;

const pairsOf = (count: number): number => (count * (count - 1)) / 2;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
/** Nothing to get wrong is right. */
const ratio = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);
