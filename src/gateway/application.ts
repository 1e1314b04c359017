import { createSummary } from '../admin/forwarding/summary';
import type { EventStreams } from '../http/admin/send-events';
import { createApiDocsRouter } from '../http/api-docs';
import { createApp, type GatewayApp } from '../http/app';
import { createConsoleRouter } from '../http/console';
import { createHealthRouter } from '../http/health';
import type { Metrics } from '../observability/metrics';
import { countHouse } from '../store/house-counts';
import { answerAdmins, type AdminParts } from './answering-admins';
import { answerAgents, type AgentParts } from './answering-agents';
import type { GatewayOptions } from './gateway-options';
import type { Ground } from './ground';
import { openRequestDoor, type RequestDoor } from './request-door';

export interface ApplicationParts extends Omit<AgentParts & AdminParts, keyof RequestDoor> {
  readonly isServing: () => boolean;
}

export interface Application {
  readonly app: GatewayApp;
  readonly streams: EventStreams;
}

/** Wires everything that answers HTTP. */
export function createApplication(
  options: GatewayOptions,
  ground: Ground,
  parts: ApplicationParts,
): Application {
  const { database, now } = ground;
  const { metrics, isServing } = parts;
  const summary = createSummary({ db: database.db, now });
  metrics.watchUpstreams(summary);
  watchStored(options, ground, parts);
  const atDoor = { ...parts, ...openRequestDoor(options, metrics) };
  const admin = answerAdmins(options, atDoor);
  const app = createApp({
    agentEndpoint: answerAgents(options, ground, atDoor),
    healthRouter: createHealthRouter({
      pingDatabase: async () => {
        await database.pool.query('SELECT 1');
      },
      isServing,
      upstreamStates: async () => (await summary()).map(({ state }) => state),
      metrics: options.metricsOf?.(metrics.registry) ?? (() => metrics.registry.metrics()),
    }),
    apiDocsRouter: createApiDocsRouter(),
    consoleRouter: createConsoleRouter(),
    adminRouter: admin.router,
  });
  return { app, streams: admin.streams };
}

function watchStored(
  { agentsSilentDays }: GatewayOptions,
  { database, now }: Ground,
  { metrics, store }: { readonly metrics: Metrics; readonly store: ApplicationParts['store'] },
): void {
  metrics.watchQueue(() => store.queueLength);
  metrics.watchHouse(() => countHouse(database.db, database.pool, now(), agentsSilentDays));
  metrics.watchCanaryUses(() => store.canaryUses);
  metrics.watchAgentsLeftOut(() => store.agentsLeftOut);
}
