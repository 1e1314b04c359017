import { Router } from 'express';
import { prometheusContentType } from 'prom-client';
import { inTime } from '../observability/in-time';

export interface HealthDeps {
  /** Resolves when the database answers, throws when not. */
  readonly pingDatabase: () => Promise<void>;
  /** False while starting and while stopping. */
  readonly isServing: () => boolean;
  /** States of upstreams: up, down, paused, idle. Throws when the database does not answer. */
  readonly upstreamStates: () => Promise<readonly string[]>;
  /** Prometheus text of the whole gateway. */
  readonly metrics: () => Promise<string>;
}

/**
 * `/healthz`: the process lives. `/readyz`: it can take inventories; what is behind it is told of and does not count, for
 * inventories wait for it here. `/metrics`: Prometheus text. No secret in any.
 */
export function createHealthRouter(deps: HealthDeps): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    if (!deps.isServing()) {
      response.status(503).json({ status: 'stopping' });
      return;
    }
    const database = await deps.pingDatabase().then(
      () => 'ok',
      () => 'unavailable',
    );
    const upstream = database === 'ok' ? await upstreamOf(deps) : 'unknown';
    response
      .status(database === 'ok' ? 200 : 503)
      .json({ status: database === 'ok' ? 'ok' : 'not ready', database, upstream });
  });
  router.get('/metrics', async (_request, response) => {
    response.type(prometheusContentType).send(await deps.metrics());
  });
  return router;
}

const worstFirst = ['down', 'paused', 'idle', 'up'];

/** The worst of them; `none`: inventories are stored here only. */
async function upstreamOf({ upstreamStates }: HealthDeps): Promise<string> {
  const states = (await inTime(upstreamStates())) ?? ['unknown'];
  return worstFirst.find((state) => states.includes(state)) ?? states[0] ?? 'none';
}
