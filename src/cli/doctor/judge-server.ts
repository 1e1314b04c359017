import type { ServerFacts } from '../../store/health/server-facts';
import { ok, problem, warning, type Finding } from './finding';

/** What the gateway takes of the server. */
export interface ConnectionNeed {
  readonly workers: number;
  readonly databaseMaxConnections: number;
  readonly settleConnections: number;
}

const mebibyte = 1024 * 1024;

export function judgeServer(
  { version, sizeBytes, connections, maxConnections }: ServerFacts,
  where: string,
  need: ConnectionNeed,
): Finding[] {
  const what = `PostgreSQL ${version}, ${where}; ${Math.ceil(sizeBytes / mebibyte)} MB, ${connections} of ${maxConnections} connections`;
  // Each process listens on one more; housekeeping and a command take two each.
  const needed = need.workers * (need.databaseMaxConnections + need.settleConnections + 1) + 4;
  return needed > maxConnections
    ? [
        warning(
          'database',
          `${what}; the gateway may want ${needed}`,
          'Raise max_connections of PostgreSQL, or lower WORKERS or DATABASE_MAX_CONNECTIONS.',
        ),
      ]
    : [ok('database', what)];
}

/** A round trip is no difference of clocks; leases between processes last for seconds. */
const noticedMs = 2_000;
const harmfulMs = 60_000;

/** `before` and `after`: our clock, when the server was asked for its own and when it had answered. */
export function judgeDatabaseClock(theirs: Date, before: Date, after: Date): Finding {
  const skewMs =
    theirs < before ? theirs.getTime() - before.getTime() : Math.max(0, theirs.getTime() - after.getTime());
  const size = Math.abs(skewMs);
  if (size <= noticedMs) return ok('clock', `the database's and ours agree (${Math.round(size)} ms)`);
  const what = `the database's clock is ${Math.round(size / 1000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} ours`;
  const nextStep = 'Let both hosts synchronise their time (timedatectl, chronyc tracking).';
  return size <= harmfulMs ? warning('clock', what, nextStep) : problem('clock', what, nextStep);
}
