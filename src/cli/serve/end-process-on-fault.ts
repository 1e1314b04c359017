import type { Log } from '../../observability/log';

/**
 * A fault that nobody caught leaves the process in a state nobody knows. What was answered 200 is committed; the
 * embedded database goes on and the next start takes it over.
 */
export function endProcessOnFault(log: Log): void {
  const end = (what: string) => (error: unknown) => {
    log.fatal({ err: error }, what);
    process.exit(1);
  };
  process.on('uncaughtException', end('uncaught exception'));
  process.on('unhandledRejection', end('unhandled rejection'));
}
