import cluster, { type Worker } from 'node:cluster';
import type { Log } from '../../observability/log';
import { gatherMetrics } from '../../observability/metrics-of-all';
import type { Settings } from '../../settings/settings';
import { CommandFailure, exitCodes } from '../exit-code';
import type { Running } from './start-gateway';

/** A worker that cannot start again and again would only burn the processor: then the whole program ends. */
const maxDeaths = 10;
const deathWindowMs = 60_000;
/** What the primary sends a worker that shall end. Signals are not used: Ctrl-C reaches the workers, too. */
export const stopMessage = 'stop';
/** What it sends them when it was told to look at the TLS files: SIGHUP reaches the primary alone. */
export const checkTlsMessage = 'check-tls';

/** Starts the worker processes, which share the port, and replaces those that die. */
export async function startWorkers(settings: Settings, databaseUrl: string, log: Log): Promise<Running> {
  let isStopping = false;
  const deaths: number[] = [];
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  // Handled where it is raced against the wish to stop; until then it must not count as unhandled.
  failed.catch(() => undefined);
  const fork = (): Worker =>
    cluster.fork({
      DATABASE_URL: databaseUrl,
      PORT: String(settings.port),
      PUBLIC_URL: settings.publicUrls.join(','),
    });

  gatherMetrics((error) => {
    log.warn({ err: error }, 'a worker process does not tell its metrics');
  });
  const first = Array.from({ length: settings.workers }, fork);
  await Promise.all(first.map((worker) => whenListening(worker, settings))).catch((error: unknown) => {
    killWorkers();
    throw error;
  });
  cluster.on('exit', (worker, code, signal) => {
    if (isStopping) return;
    const now = Date.now();
    deaths.push(now);
    while ((deaths[0] ?? now) < now - deathWindowMs) deaths.shift();
    log.error({ worker: worker.id, pid: worker.process.pid, code, signal }, 'a worker process died');
    if (deaths.length > maxDeaths) {
      fail(new CommandFailure(exitCodes.refused, `${deaths.length} worker processes died within a minute.`));
    } else {
      fork();
    }
  });
  return {
    address: { host: settings.host, port: settings.port },
    failed,
    checkTlsFiles: () => {
      for (const worker of workersNow()) if (worker.isConnected()) worker.send(checkTlsMessage);
    },
    close: async () => {
      isStopping = true;
      await Promise.all(workersNow().map(stopWorker));
    },
  };
}

function workersNow(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}

/** Ends them at once. */
export function killWorkers(): void {
  for (const worker of workersNow()) worker.process.kill('SIGKILL');
}

/** The worker knows SHUTDOWN_TIMEOUT_MS and keeps to it. */
async function stopWorker(worker: Worker): Promise<void> {
  await new Promise<void>((resolve) => {
    worker.once('exit', () => {
      resolve();
    });
    if (worker.isDead()) resolve();
    else if (worker.isConnected()) worker.send(stopMessage);
  });
}

async function whenListening(worker: Worker, { host, port }: Settings): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    worker.once('listening', () => {
      resolve();
    });
    worker.once('exit', (code) => {
      const exitCode = code === exitCodes.unreachable ? exitCodes.unreachable : exitCodes.refused;
      const message = `A worker process could not serve on ${host}:${port}.`;
      reject(new CommandFailure(exitCode, message, 'What it printed before says why.'));
    });
  });
}
