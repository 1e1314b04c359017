/**
 * All that PostgreSQL's programs see of the environment: nothing of ours, so no secret of the gateway and no PG* variable
 * of the person who starts it.
 */
export function serverEnvironment(stalePid?: number): NodeJS.ProcessEnv {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LC_ALL: 'C',
    TZ: 'UTC',
    // PostgreSQL does not take this process for the owner of postmaster.pid (src/backend/utils/init/miscinit.c).
    ...(stalePid === undefined ? {} : { PG_GRANDPARENT_PID: String(stalePid) }),
  };
}
