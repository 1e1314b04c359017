import type { SimulatedMessage } from './message';

/** What became of a message: the asset and entity it ended in, when it was accepted. */
export interface Decided {
  readonly message: SimulatedMessage;
  readonly verdict: 'accepted' | 'quarantined' | 'refused';
  /** Of one that was not accepted, when it is known. */
  readonly reason?: string | undefined;
  /** Name of the matcher's rule, when it is known. */
  readonly rule?: string | undefined;
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

/**
 * Pure. A good message that was not accepted is in no asset, so it costs recall. One that nobody could tell costs
 * nothing, unless it is in an asset of another device.
 */
export function scoreOf(decided: readonly Decided[]): Score {
  const accepted = decided.filter(({ assetId }) => assetId !== undefined);
  const assets = countBy(accepted, ({ assetId }) => assetId ?? '');
  const pairs = pairsIn(accepted);
  const together = sum([...pairs.values()].map(pairsOf));
  const inOneAsset = sum([...assets.values()].map(pairsOf));

  const good = decided.filter(({ message }) => message.expected === 'accept');
  const goodAccepted = good.filter(({ assetId }) => assetId !== undefined);
  const recognised = sum([...pairsIn(goodAccepted).values()].map(pairsOf));
  const ofOneDevice = sum([...countBy(good, ({ message }) => message.device).values()].map(pairsOf));
  return {
    messages: decided.length,
    precision: ratio(together, inOneAsset),
    recall: ratio(recognised, ofOneDevice),
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

/** One thing that came out wrong. */
export interface Miss {
  readonly what: 'held' | 'refused' | 'merged' | 'split' | 'wrong entity';
  readonly trait: string;
  readonly device: string;
  readonly day: number;
  readonly reason: string | undefined;
  readonly rule: string | undefined;
  /** Of the asset that it was merged into. */
  readonly others: readonly string[];
}

/** Every message that cost something, in the order in which they were sent. A split names its first message only. */
export function missesOf(decided: readonly Decided[]): Miss[] {
  const devicesIn = new Map<string, Set<string>>();
  const homes = new Map<string, string>();
  return decided.flatMap(({ message, verdict, reason, rule, assetId, isInEntity }): Miss[] => {
    const { trait, device, day, expected } = message;
    const miss = (what: Miss['what'], others: readonly string[] = []): Miss[] => [
      { what, trait, device, day, reason, rule, others },
    ];
    if (assetId === undefined) {
      if (expected === 'free') return [];
      return miss(verdict === 'refused' ? 'refused' : 'held');
    }
    const inhabitants = devicesIn.get(assetId) ?? new Set();
    devicesIn.set(assetId, inhabitants);
    const others = [...inhabitants].filter((other) => other !== device);
    const isFirstThere = !inhabitants.has(device);
    inhabitants.add(device);
    const home = homes.get(device);
    homes.set(device, home ?? assetId);
    if (isFirstThere && others.length > 0) return miss('merged', others);
    if (isFirstThere && home !== undefined) return miss('split');
    return isInEntity === false && expected === 'accept' ? miss('wrong entity') : [];
  });
}

/** A spoof is merged when its asset holds a message of its victim. */
function spoofsMergedOf(accepted: readonly Decided[]): number {
  const homes = new Set(accepted.map(({ assetId, message }) => pairKey(assetId ?? '', message.device)));
  return accepted.filter(
    ({ assetId, message }) =>
      message.victim !== undefined && homes.has(pairKey(assetId ?? '', message.victim)),
  ).length;
}

/** Messages of each device in each asset. */
function pairsIn(accepted: readonly Decided[]): Map<string, number> {
  return countBy(accepted, ({ assetId, message }) => pairKey(assetId ?? '', message.device));
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
