import type { DeviceIdentity, Identifier, IdentifierKind, StoredIdentity } from '../domain/identity';
import type { JunkWord } from '../domain/junk';
import { compare, sharedIdentifiers, type Comparison, type IsJunk } from './comparison';
import type { Row } from './decision-table';

export function junkTest(words: readonly JunkWord[]): IsJunk {
  return (kind, value) =>
    words.some((word) => isJunkWord(word) && word.kind === kind && word.value === value);
}

export function isJunkWord({ origin }: JunkWord): boolean {
  return origin !== 'allowed';
}

/** What of an identity can recognise a device: all that is no junk. */
export function withoutJunk(identity: DeviceIdentity, words: readonly JunkWord[]): DeviceIdentity {
  const isJunk = junkTest(words);
  const kept = (kind: IdentifierKind, value: string | undefined): string | undefined =>
    value === undefined || isJunk(kind, value) ? undefined : value;
  return {
    ...identity,
    serial: kept('serial', identity.serial),
    uuid: kept('uuid', identity.uuid),
    macs: identity.macs.filter((mac) => !isJunk('mac', mac)),
    deviceid: kept('deviceid', identity.deviceid),
    certificate: kept('certificate', identity.certificate),
    sshKey: kept('sshkey', identity.sshKey),
  };
}

/**
 * The identifiers to look assets up by. Where all that a device shows is junk, the name has to lead to the asset that
 * had it before.
 */
export function lookupsBesideJunk(
  { lookups, identity }: { readonly lookups: readonly Identifier[]; readonly identity: DeviceIdentity },
  isJunk: IsJunk,
): readonly Identifier[] {
  const isLost = lookups.length > 0 && lookups.every(({ kind, value }) => isJunk(kind, value));
  if (!isLost || identity.hostname === undefined) return lookups;
  return [...lookups, { kind: 'hostname', value: identity.hostname }];
}

interface Beside {
  readonly identity: DeviceIdentity;
  readonly known: StoredIdentity;
  readonly words: readonly JunkWord[];
  readonly isScanned: boolean;
  readonly isPartial: boolean;
  /** Judges by the table; `comparison` was made without the agreement of junk. */
  readonly judge: (comparison: Comparison) => Row;
}

/**
 * The row that fits an asset that shares junk with the submission. Junk takes agreement away, never a contradiction,
 * and makes nothing the same that was not; two things keep those who hold the value recognised, also when somebody made
 * it junk on purpose:
 * - a learned number is asked about, not passed over, where a card, name or agent beside it agrees as well;
 * - an agent that many machines have makes nobody else: it only no longer holds up machines whose hardware differs.
 */
export function besideJunk(
  comparison: Comparison,
  { identity, known, words, isScanned, isPartial, judge }: Beside,
): Row {
  const row = judge(comparison);
  // A partial that does not fit is asked for in full, and judged then.
  if (words.length === 0 || isPartial) return row;
  const isJunk = junkTest(words);
  const shared = sharedIdentifiers(identity, known).filter(({ kind, value }) => isJunk(kind, value));
  if (shared.length === 0) return row;
  if (row.judgement === 'same') {
    const whole = judge(compare(identity, known));
    return whole.judgement === 'same' ? row : whole;
  }
  const isAgentShared = shared.some(({ kind }) => kind === 'deviceid');
  const other = isAgentShared && row.judgement === 'conflict' ? withoutAgent(comparison, judge) : row;
  if (other.judgement !== 'different') return other.judgement === 'conflict' ? other : row;
  return asksBesideNumber(comparison, { shared, words, isScanned, isAgentShared })
    ? { ...other, judgement: 'conflict', rule: 'a junk number, and something beside it agrees' }
    : other;
}

function withoutAgent(comparison: Comparison, judge: (comparison: Comparison) => Row): Row {
  const row = judge({ ...comparison, install: 'unknown', agentid: 'unknown' });
  return { ...row, rule: `agent of many machines, ${row.rule}` };
}

interface SharedJunk {
  readonly shared: readonly Identifier[];
  readonly words: readonly JunkWord[];
  readonly isScanned: boolean;
  readonly isAgentShared: boolean;
}

function asksBesideNumber(
  { serial, uuid, mac, install, hostname }: Comparison,
  { shared, words, isScanned, isAgentShared }: SharedJunk,
): boolean {
  const isLearned = ({ kind, value }: Identifier): boolean =>
    words.some((word) => word.origin === 'learned' && word.kind === kind && word.value === value);
  const hasNumber = shared.some((one) => (one.kind === 'serial' || one.kind === 'uuid') && isLearned(one));
  if (!hasNumber || serial === 'differs' || uuid === 'differs') return false;
  const isCardShared = mac === 'equal' || (mac === 'unknown' && shared.some(({ kind }) => kind === 'mac'));
  if (isCardShared) return true;
  if (isScanned) return mac !== 'differs';
  return hostname === 'equal' || (install === 'equal' && !isAgentShared);
}
