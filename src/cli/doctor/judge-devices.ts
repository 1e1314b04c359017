import { networkCheck } from '../../domain/network';
import {
  maxHeldCounted,
  type CanaryFacts,
  type HeldFacts,
  type SourceFacts,
} from '../../store/health/house-facts';
import { counted, daysBetween, ok, warning, type Finding } from './finding';

/** Whoever waits for longer than that is waited for. */
const heldTooLongDays = 1;

export function judgeHeld({ open, oldest }: HeldFacts, now: Date): Finding {
  if (open === 0 || oldest === null) return ok('quarantine', 'nothing waits for a decision');
  const count =
    open > maxHeldCounted
      ? `more than ${maxHeldCounted} devices wait`
      : counted(open, 'device waits', 'devices wait');
  const days = daysBetween(oldest, now);
  const what = `${count} for a decision, the first for ${counted(days, 'day')}`;
  return days < heldTooLongDays
    ? ok('quarantine', what)
    : warning('quarantine', what, 'gatehouse quarantine list, or the console');
}

/** Some machines are always off. */
const usualSilentShare = 0.05;

export function judgeSilent(active: number, silent: number, days: number): Finding {
  const what = `${silent} of ${counted(active, 'asset')} not heard of for ${counted(days, 'day')}`;
  return silent > active * usualSilentShare
    ? warning(
        'silent agents',
        what,
        `gatehouse asset list --last-seen-before DATE, and the log of such an agent`,
      )
    : ok('silent agents', what);
}

export function judgeJunk(learned: number, days: number): Finding {
  const what = `${counted(learned, 'identifier was', 'identifiers were')} learned to be junk within ${days} days`;
  return learned === 0
    ? ok('junk', what)
    : warning(
        'junk',
        `${what}: machines that share them are told apart by the others`,
        'gatehouse junk list --state learned',
      );
}

export function judgeCanaries({ alarms, last }: CanaryFacts, days: number): Finding {
  if (alarms === 0 || last === null) return ok('canary keys', `none was used within ${days} days`);
  return warning(
    'canary keys',
    `${counted(alarms, 'alarm')} within ${days} days, the last at ${last.toISOString()}: somebody found a bait`,
    'gatehouse audit list --object KID names key and address; see where that key was laid out',
  );
}

/** Fewer may well be behind one router. */
const minTellingAgents = 5;

/** Agents that all seem to come from one address came through something that is not looked through. */
export function judgeSources(
  { agents, addresses, address }: SourceFacts,
  trustedProxies: readonly string[],
): Finding {
  const check = 'proxies';
  if (agents < minTellingAgents || addresses > 1 || address === null) {
    return ok(
      check,
      `${counted(agents, 'agent')} of the last day came from ${counted(addresses, 'address', 'addresses')}`,
    );
  }
  const what = `all ${agents} agents of the last day seem to come from ${address}`;
  return networkCheck(trustedProxies)(address)
    ? warning(
        check,
        `${what}, which is a trusted proxy: it does not say whom it asks for`,
        'Let it send the headers that FORWARDED_HEADERS names (docs/deployment.md): gatehouse test shows what arrives.',
      )
    : warning(
        check,
        what,
        `If that is a proxy of yours: TRUSTED_PROXIES=${address}, and start again. If they share a router, nothing.`,
      );
}
