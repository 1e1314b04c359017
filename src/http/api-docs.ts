import { Router, type RequestHandler } from 'express';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { builtConsole } from './console';
import { pagePolicy } from './page-policy';

/**
 * The admin API for people to read and to try: mount it at `/api/docs`. The page is built with the console, whose files it
 * has; it asks for nothing but `/api/v1`.
 */
export function createApiDocsRouter(folder: string = builtConsole): Router {
  const router = Router({ caseSensitive: true });
  const file = path.join(folder, 'api-docs.html');
  const page = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  router.use(policy);
  router
    .route('/')
    .get((_request, response) => {
      response.setHeader('Cache-Control', 'no-store');
      if (page === undefined) response.status(503).type('text').send(notBuilt);
      else response.type('html').send(page);
    })
    .all((_request, response) => {
      response.status(405).setHeader('Allow', 'GET, HEAD').type('text').send('This page takes GET, HEAD.\n');
    });
  router.use(nothingHere);
  return router;
}

/** Swagger UI has its arrows and locks as pictures inside its styles. */
const policy = pagePolicy({ imgSrc: ["'self'", 'data:'] });

const notBuilt =
  'This page is not built: run `npm run build` where the gateway is. The description is /api/v1/openapi.json\n';

const nothingHere: RequestHandler = (_request, response) => {
  response.status(404).type('text').send('There is nothing at this path.\n');
};
