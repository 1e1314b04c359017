import cluster from 'node:cluster';
import { openGateway } from '../../gateway/open-gateway';
import type { Log } from '../../observability/log';
import { metricsOfAll } from '../../observability/metrics-of-all';
import { readPeppers } from '../../settings/pepper';
import type { Settings } from '../../settings/settings';
import { isTlsKeyExposed } from '../../settings/tls-files';
import { gatewayOptions } from './gateway-options';
import { listenFailure } from './listen-failure';

export interface Running {
  readonly address: { readonly host: string; readonly port: number };
  /** Rejects when serving cannot go on; never resolves. */
  readonly failed: Promise<never>;
  /** Looks at once whether the files of the TLS certificate changed. */
  checkTlsFiles(): void;
  /** Lets requests end for so long, then writes what is left. */
  close(drainMs: number): Promise<void>;
}

/** One process that serves: the only one, or a worker. */
export async function startGateway(settings: Settings, databaseUrl: string, log: Log): Promise<Running> {
  const { host, port } = settings;
  const gateway = await openGateway({
    ...gatewayOptions(settings, databaseUrl, readPeppers(settings), log),
    ...(cluster.isWorker ? { metricsOf: metricsOfAll } : {}),
  });
  const server = await gateway.listen({ host, port }).catch(async (error: unknown) => {
    await gateway.close();
    throw listenFailure(error, host, port);
  });
  if (isTlsKeyExposed(settings))
    log.warn({ file: settings.tlsKeyFile }, 'everybody on this machine may read the TLS key');
  log.debug({ address: server.address, worker: cluster.worker?.id }, 'listening');
  return {
    address: server.address,
    failed: new Promise<never>(() => undefined),
    checkTlsFiles: () => {
      server.checkTlsFiles();
    },
    close: async (drainMs) => {
      await server.close(drainMs);
      await gateway.close();
    },
  };
}
