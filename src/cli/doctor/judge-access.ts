import type { KeyFacts, KeyGroup } from '../../store/health/key-facts';
import { counted, dayOf, daysAfter, ok, problem, soonDays, warning, type Finding } from './finding';

export interface AdminEnd {
  readonly name: string;
  /** Null: it has none. */
  readonly expiresAt: Date | null;
}

/** Tokens of one instance that are good and may do everything, the one that is good for longest first. */
export function judgeAdminTokens(
  instanceId: number,
  tokens: readonly AdminEnd[],
  now: Date,
  hasOtherSignIn: boolean,
): Finding {
  const check = 'admin tokens';
  const of = instanceId === 1 ? '' : ` of instance ${instanceId}`;
  const create = `gatehouse admin create --name NAME${instanceId === 1 ? '' : ` --instance ${instanceId}`}`;
  const [best] = tokens;
  if (best === undefined) {
    const what = `no token${of} that may do everything is good`;
    // Other instances may be seen to from the command line alone.
    return instanceId === 1 && !hasOtherSignIn ? problem(check, what, create) : warning(check, what, create);
  }
  const soon = daysAfter(now, soonDays);
  const ending = tokens.filter(({ expiresAt }) => expiresAt !== null && expiresAt <= soon);
  if (best.expiresAt !== null && best.expiresAt <= soon) {
    return warning(
      check,
      `the last one${of} that may do everything ends on ${dayOf(best.expiresAt)}`,
      create,
    );
  }
  const good = `${counted(tokens.length, 'token')}${of} may do everything`;
  if (ending.length === 0) return ok(check, good);
  return warning(
    check,
    `${good}; within ${soonDays} days end ${named(ending.map(({ name }) => name))}`,
    `Whoever uses them needs new ones: ${create}`,
  );
}

const maxNamed = 3;

const named = (names: readonly string[]): string =>
  [...names.slice(0, maxNamed), ...(names.length > maxNamed ? [`${names.length - maxNamed} more`] : [])].join(
    ', ',
  );

export function judgeKeys({ good, usedUp, nearlyUsedUp, endSoon, ended }: KeyFacts): Finding[] {
  const check = 'keys';
  const told = (group: KeyGroup, what: string, nextStep: string): Finding[] =>
    group.count === 0 ? [] : [warning(check, `${what}: ${list(group)}`, nextStep)];
  const prolong = 'gatehouse key update KID --use-until DATE --enrol-until DATE';
  const findings = [
    ...(good === 0
      ? [warning(check, 'none is good: no agent gets in', 'gatehouse key create --name NAME --entity ENTITY')]
      : []),
    ...told(usedUp, 'hold as many assets as they may', 'gatehouse key update KID --max-assets N'),
    ...told(nearlyUsedUp, 'nine tenths used up', 'gatehouse key update KID --max-assets N'),
    ...told(endSoon, `end within ${soonDays} days, or take no new devices from then on`, prolong),
    ...told(
      ended,
      `ended within the last ${soonDays} days, and whoever holds one is refused`,
      `${prolong}, or gatehouse key revoke KID`,
    ),
  ];
  return findings.length === 0 ? [ok(check, `${counted(good, 'key')} good`)] : findings;
}

function list({ count, names }: KeyGroup): string {
  const more = count > names.length ? [`${count - names.length} more`] : [];
  return `${count} (${[...names, ...more].join(', ')})`;
}
