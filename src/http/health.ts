import { Router } from 'express';
import type { Registry } from 'prom-client';

export interface HealthDeps {
  /** Resolves when the database answers, throws when not. */
  readonly pingDatabase: () => Promise<void>;
  /** False while starting and while stopping. */
  readonly isServing: () => boolean;
  readonly registry: Registry;
}

/** `/healthz`: the process lives. `/readyz`: it can take inventories. `/metrics`: Prometheus text. No secret in any. */
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
    response
      .status(database === 'ok' ? 200 : 503)
      .json({ status: database === 'ok' ? 'ok' : 'not ready', database });
  });
  router.get('/metrics', async (_request, response) => {
    response.type(deps.registry.contentType).send(await deps.registry.metrics());
  });
  return router;
}
