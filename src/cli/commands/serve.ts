import cluster from 'node:cluster';
import { command } from '../command';
import { endProcessOnFault } from '../serve/end-process-on-fault';
import { serve as serveGateway } from '../serve/serve';
import { serveAsWorker } from '../serve/serve-as-worker';
import { watchStopRequests } from '../serve/stop-request';
import { killWorkers } from '../serve/workers';

export const serve = command({
  name: 'serve',
  summary: 'run the gateway until SIGTERM or Ctrl-C',
  goesOn: true,
  examples: ['gatehouse serve', 'PORT=9000 DATABASE_URL=postgres://… gatehouse serve'],
  run: async (context) => {
    const settings = context.settings();
    const log = context.log('stdout');
    endProcessOnFault(log);
    if (cluster.isWorker) {
      await serveAsWorker(settings, log);
      process.exit();
    }
    const stop = watchStopRequests(killWorkers);
    void stop.requested.then(() => {
      setTimeout(() => {
        log.fatal({ shutdownTimeoutMs: settings.shutdownTimeoutMs }, 'did not stop in time; ending at once');
        killWorkers();
        process.exit(1);
      }, settings.shutdownTimeoutMs).unref();
    });
    await serveGateway({
      settings,
      log,
      stop,
      screen: context.screen,
      say: (text) => process.stdout.write(`${text}\n`),
      note: (line) => {
        context.note(line);
      },
    });
    return undefined;
  },
});
