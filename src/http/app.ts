import express, { type Express, type Router } from 'express';
import type { AgentEndpoint } from './agent-endpoint';

/** The application, for whoever listens and for tests that send requests to it. */
export type GatewayApp = Express;

export interface AppDeps {
  readonly agentEndpoint: AgentEndpoint;
  readonly healthRouter: Router;
  /** Everything below /api/v1, with its own error handler. */
  readonly adminRouter: Router;
}

/**
 * The application in the order in which it looks at a request. The agents' endpoint is first and takes every path
 * that is not one of the three behind it.
 */
export function createApp(deps: AppDeps): GatewayApp {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use(deps.agentEndpoint);
  app.use(deps.healthRouter);
  app.use('/api/v1', deps.adminRouter);
  return app;
}
