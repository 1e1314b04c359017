import type { AuditCheck } from '../../admin/verify-audit';
import type { HousekeepingFacts } from '../../store/health/house-facts';
import type { SoftwareState } from '../../store/software/waiting-software';
import {
  counted,
  dayOf,
  daysAfter,
  daysBetween,
  ok,
  problem,
  skipped,
  warning,
  type Finding,
} from './finding';

export interface UpkeepRules {
  readonly agentsSilentDays: number;
  readonly submissionRetentionDays: number;
  readonly eventRetentionDays: number;
}

/** It deletes every hour; what came in within the last hours before its time may wait. */
const lateDays = 2;
/** It counts and watches every minute. */
const lateMinutes = 15;
const minuteMs = 60_000;

export function judgeHousekeeping(
  { oldestSubmission, oldestEvent, silentUpTo }: HousekeepingFacts,
  rules: UpkeepRules,
  now: Date,
  isRunning: boolean,
): Finding[] {
  const check = 'housekeeping';
  const look = 'Look for "housekeeping" in the log of the gateway: it says what failed.';
  const overdue = [
    ...late('refused submissions', oldestSubmission, rules.submissionRetentionDays, now),
    ...late('events', oldestEvent, rules.eventRetentionDays, now),
  ];
  if (overdue.length > 0) return overdue.map((what) => warning(check, what, look));
  if (!isRunning) return [skipped(check, 'the gateway does not run')];
  if (silentUpTo === null) return [ok(check, 'has not begun: it does a minute after the start')];
  const lastRun = daysAfter(silentUpTo, rules.agentsSilentDays);
  const minutes = Math.max(0, Math.floor((now.getTime() - lastRun.getTime()) / minuteMs));
  const what = `last done ${counted(minutes, 'minute')} ago; nothing is kept for longer than it is to be`;
  return [minutes > lateMinutes ? warning(check, what, look) : ok(check, what)];
}

/** Whether assets are found by the software that they have. */
export function judgeSoftware(
  { waiting, since, names, leftOut }: SoftwareState,
  now: Date,
  isRunning: boolean,
): Finding {
  const check = 'software';
  const what = `${counted(names, 'name')} searched; ${counted(waiting, 'asset waits', 'assets wait')} to be found by theirs`;
  if (leftOut.length > 0) {
    const full = leftOut.map(({ kid, count }) => `${count} that came by key ${kid}`).join(', ');
    const next = 'Look at what these keys send: it is more than fleets have (docs/limits.md).';
    return warning(check, `${what}; no room for ${full}`, next);
  }
  const minutes = since === null ? 0 : Math.floor((now.getTime() - since.getTime()) / minuteMs);
  return isRunning && minutes > lateMinutes
    ? warning(check, `${what}, for ${minutes} minutes`, 'Look for "software" in the log of the gateway.')
    : ok(check, what);
}

function late(what: string, oldest: Date | null, keptDays: number, now: Date): string[] {
  if (oldest === null || daysBetween(oldest, now) <= keptDays + lateDays) return [];
  return [`${what} of ${dayOf(oldest)} are still there, and are to be kept for ${counted(keptDays, 'day')}`];
}

export function judgeAudit(instanceId: number, { intact, entries, fault }: AuditCheck): Finding {
  const of = instanceId === 1 ? '' : ` of instance ${instanceId}`;
  if (intact)
    return ok('audit', `the last ${counted(entries, 'entry', 'entries')}${of} stand as they were written`);
  return problem(
    'audit',
    `the log${of} is not as it was written (${fault?.kind ?? 'unknown'}): ${fault?.message ?? ''}`,
    'gatehouse audit verify, and docs/audit.md: find out who can write to the database',
  );
}

export interface WebhookFacts {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly waiting: number;
}

export function judgeWebhooks(webhooks: readonly WebhookFacts[]): Finding[] {
  const failing = webhooks.filter(({ state }) => state === 'failing');
  if (failing.length === 0) {
    const off = webhooks.filter(({ state }) => state === 'off').length;
    return [
      ok(
        'webhooks',
        webhooks.length === 0 ? 'none' : `${webhooks.length}, of which ${off} off, none failing`,
      ),
    ];
  }
  return failing.map(({ id, name, waiting }) =>
    warning(
      'webhooks',
      `${name} takes nothing: ${counted(waiting, 'message waits', 'messages wait')}`,
      `gatehouse webhook deliveries ${id} says why; gatehouse webhook test ${id}`,
    ),
  );
}

/** Installations that registered here, by the state that they are in. */
export function judgeRegistrations(states: readonly string[]): Finding[] {
  if (states.length === 0) return [];
  const count = (state: string): number => states.filter((one) => one === state).length;
  const bad = ['url_mismatch', 'expired', 'grace'].filter((state) => count(state) > 0);
  const what = `${counted(states.length, 'installation')} registered here`;
  if (bad.length === 0) return [ok('registrations', what)];
  const told = bad.map((state) => `${count(state)} ${state}`).join(', ');
  return [
    warning(
      'registrations',
      `${what}: ${told}`,
      'gatehouse registration list; on such a host: gatehouse test',
    ),
  ];
}
