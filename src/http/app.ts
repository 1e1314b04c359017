import express, { type Router } from 'express';
import type { RequestListener } from 'node:http';
import type { AgentEndpoint } from './agent-endpoint';

/** The application, for whoever listens and for tests that send requests to it. */
export type GatewayApp = RequestListener;

export interface AppDeps {
  readonly agentEndpoint: AgentEndpoint;
  readonly healthRouter: Router;
  /** Everything below /api/v1, with its own error handler. */
  readonly adminRouter: Router;
  /** The page at /api/docs. */
  readonly apiDocsRouter: Router;
  /** Everything below /admin. */
  readonly consoleRouter: Router;
}

/**
 * The application in the order in which it looks at a request. The agents' endpoint is first and takes every path
 * that is not one of those behind it; Express only comes after it, because it would cost each agent a tenth.
 */
export function createApp(deps: AppDeps): GatewayApp {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use(deps.healthRouter);
  app.use('/api/v1', deps.adminRouter);
  app.use('/api/docs', deps.apiDocsRouter);
  app.use('/admin', deps.consoleRouter);
  return (request, response) => {
    deps.agentEndpoint(request, response, () => {
      app(request, response);
    });
  };
}
