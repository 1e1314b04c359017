import { rivals } from '../../simulation/rivals';
import { missesOf, scoreOf, type Decided, type Miss, type Score } from '../../simulation/score';
import { table, type Column, type Screen } from '../printing/table';
import type { SentMessage } from './send-messages';

export interface SimulationReport {
  readonly seed: number;
  readonly devices: number;
  readonly gatehouse: Score;
  /** What the rules that others use would have made of the same messages. */
  readonly others: readonly { readonly rule: string; readonly score: Score }[];
  readonly traits: readonly { readonly trait: string; readonly score: Score }[];
  readonly heldFor: Readonly<Record<string, number>>;
  /** What came out wrong, message by message; at most 1,000. */
  readonly misses: readonly Miss[];
  readonly speed: Speed;
  /** Good enough by the thresholds of `isGood`. */
  readonly isGood: boolean;
}

const maxMisses = 1000;
const maxMissesShown = 20;

interface Speed {
  readonly seconds: number;
  readonly messagesPerSecond: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
}

export function reportOf(
  fleet: { readonly seed: number; readonly devices: number },
  sent: readonly SentMessage[],
  decided: readonly Decided[],
  seconds: number,
): SimulationReport {
  const gatehouse = scoreOf(decided);
  const names = [...new Set(decided.map(({ message }) => message.trait))];
  const messages = sent.map(({ message }) => message);
  return {
    ...fleet,
    gatehouse,
    others: rivals.map(({ name, decide }) => ({ rule: name, score: scoreOf(decide(messages)) })),
    traits: names.map((trait) => ({
      trait,
      score: scoreOf(decided.filter(({ message }) => message.trait === trait)),
    })),
    heldFor: countReasons(decided),
    misses: missesOf(decided).slice(0, maxMisses),
    speed: speedOf(sent, seconds),
    isGood: isGood(gatehouse),
  };
}

/** What a matcher must reach to be left alone with a fleet. */
function isGood(score: Score): boolean {
  const { precision, recall, spoofsMerged, goodRefused, entityAccuracy } = score;
  return (
    precision >= 0.999 && recall >= 0.99 && spoofsMerged === 0 && goodRefused === 0 && entityAccuracy === 1
  );
}

function countReasons(decided: readonly Decided[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { reason } of decided) if (reason !== undefined) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

function speedOf(sent: readonly SentMessage[], seconds: number): Speed {
  const times = sent.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const at = (share: number): number => Math.round((times[Math.floor(times.length * share)] ?? 0) * 10) / 10;
  return {
    seconds: Math.round(seconds * 10) / 10,
    messagesPerSecond: Math.round(sent.length / seconds),
    p50Milliseconds: at(0.5),
    p99Milliseconds: at(0.99),
  };
}

interface Row {
  readonly what: string;
  readonly score: Score;
}

const share = (value: number): string => value.toFixed(4);
const scoreColumns = (first: string): readonly Column<Row>[] => [
  { title: first, text: ({ what }) => what },
  { title: 'MESSAGES', text: ({ score }) => score.messages, isWhole: true },
  { title: 'PRECISION', text: ({ score }) => share(score.precision), isWhole: true },
  { title: 'RECALL', text: ({ score }) => share(score.recall), isWhole: true },
  { title: 'SPLIT', text: ({ score }) => score.devicesSplit, isWhole: true },
  { title: 'IMPURE', text: ({ score }) => score.assetsImpure, isWhole: true },
  { title: 'SPOOFS IN', text: ({ score }) => score.spoofsMerged, isWhole: true },
  { title: 'REFUSED', text: ({ score }) => score.goodRefused, isWhole: true },
  { title: 'HELD', text: ({ score }) => score.goodHeld, isWhole: true },
  { title: 'ENTITY', text: ({ score }) => share(score.entityAccuracy), isWhole: true },
];

/** Two tables, what held messages were held for, and what the columns mean. */
export function drawReport(report: SimulationReport, screen: Screen): string {
  const { gatehouse, others, traits, heldFor, speed } = report;
  const rules: Row[] = [
    { what: 'Gatehouse', score: gatehouse },
    ...others.map(({ rule, score }) => ({ what: rule, score })),
  ];
  const held = Object.entries(heldFor)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `  ${count} ${reason}`);
  return [
    `Seed ${report.seed}: ${report.devices} devices, ${gatehouse.messages} messages in ${speed.seconds} s ` +
      `(${speed.messagesPerSecond}/s, p50 ${speed.p50Milliseconds} ms, p99 ${speed.p99Milliseconds} ms)`,
    '',
    table(rules, scoreColumns('RULE'), screen),
    '',
    table(
      traits.map(({ trait, score }) => ({ what: trait, score })),
      scoreColumns('TRAIT, BY GATEHOUSE'),
      screen,
    ),
    '',
    'Not accepted, by reason (clones and spoofs should be here):',
    ...held,
    '',
    ...missLines(report.misses),
    'SPLIT: devices in several assets. IMPURE: assets with several devices. REFUSED and HELD: of good agents.',
    "The other rules are judged on what they would merge; none of them refuses, or knows a key's entity.",
  ].join('\n');
}

function missLines(misses: readonly Miss[]): string[] {
  if (misses.length === 0) return [];
  const lines = misses.slice(0, maxMissesShown).map(({ what, device, day, reason, rule, others }) => {
    const why = [reason, rule].filter((one) => one !== undefined).join(', ');
    const beside = others.length === 0 ? '' : ` with ${others.slice(0, 3).join(', ')}`;
    return `  ${what}${beside}: ${device}, day ${day} (${why})`;
  });
  const more = misses.length - lines.length;
  return ['What came out wrong:', ...lines, ...(more > 0 ? [`  … and ${more} more (--json)`] : []), ''];
}
