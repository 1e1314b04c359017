import type { Log } from '../../observability/log';
import type { Settings } from '../../settings/settings';
import { CommandFailure, exitCodes } from '../exit-code';
import { startGateway } from './start-gateway';
import { checkTlsMessage, stopMessage } from './workers';

const drainShare = 0.6;

/** The primary owns database, migrations and set-up; a worker serves until the primary says stop, or is gone. */
export async function serveAsWorker(settings: Settings, log: Log): Promise<void> {
  // Ctrl-C reaches every process of the terminal; the primary decides what it means.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  const stopped = new Promise<void>((resolve) => {
    process.once('disconnect', () => {
      resolve();
    });
    process.on('message', (message) => {
      if (message === stopMessage) resolve();
    });
  });
  const { databaseUrl } = settings;
  if (databaseUrl === undefined) throw new CommandFailure(exitCodes.usage, 'A worker needs DATABASE_URL.');
  const running = await startGateway(settings, databaseUrl, log);
  process.on('message', (message) => {
    if (message === checkTlsMessage) running.checkTlsFiles();
  });
  await stopped;
  await running.close(settings.shutdownTimeoutMs * drainShare);
}
