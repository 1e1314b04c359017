import express, { Router, type RequestHandler, type Response } from 'express';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import path from 'node:path';
import { pagePolicy } from './page-policy';

/** Where `vite build web` leaves the console, seen from src/http and dist/http alike. */
export const builtConsole = path.resolve(__dirname, '../../web/dist');

const oneYearMs = 365 * 24 * 3_600_000;
const nonceBytes = 18;

/**
 * The console of admins: mount it at `/admin`. Files of the build are kept by browsers for ever, as their names change
 * with what they hold; every other path is a page of the console, and gets index.html. Nothing comes from another host.
 */
export function createConsoleRouter(folder: string = builtConsole): Router {
  const router = Router({ caseSensitive: true });
  router.use(newNonce, security);
  if (!existsSync(path.join(folder, 'index.html'))) {
    router.use(notBuilt);
    return router;
  }
  const index = readFileSync(path.join(folder, 'index.html'), 'utf8');
  const files = path.join(folder, 'files');
  router.use('/files', preferCompressed(files), serve(files, { immutable: true }), nothingHere);
  router.use(preferCompressed(folder), serve(folder, { immutable: false }));
  router.use(page(index));
  return router;
}

interface PageLocals {
  nonce?: string;
}

const newNonce: RequestHandler = (_request, response, next) => {
  (response.locals as PageLocals).nonce = randomBytes(nonceBytes).toString('base64');
  next();
};

const nonceSource = (_request: unknown, response: ServerResponse): string => {
  const { nonce = '' } = (response as Response).locals as PageLocals;
  return `'nonce-${nonce}'`;
};

/**
 * Scripts, requests and pictures come from here and nowhere else, and no inline script runs whatever an agent's text
 * may hold. Styles that components put into the page carry the nonce of the answer.
 */
const security = pagePolicy({ styleSrc: ["'self'", nonceSource], formAction: ["'self'"] });

function serve(folder: string, { immutable }: { readonly immutable: boolean }): RequestHandler {
  return express.static(folder, {
    index: false,
    redirect: false,
    ...(immutable ? { immutable, maxAge: oneYearMs } : {}),
    setHeaders: (response, file) => {
      if (!file.endsWith('.gz')) return;
      response.setHeader('Content-Encoding', 'gzip');
      response.type(path.extname(file.slice(0, -'.gz'.length)));
    },
  });
}

/** The build leaves `<file>.gz` beside each text: who takes gzip is given that. */
function preferCompressed(folder: string): RequestHandler {
  const names = new Set(readdirSync(folder).filter((name) => name.endsWith('.gz')));
  return (request, response, next) => {
    const compressed = `${request.path.slice(1)}.gz`;
    if (names.has(compressed)) {
      response.vary('Accept-Encoding');
      if (request.acceptsEncodings('gzip') === 'gzip') request.url = `/${compressed}`;
    }
    next();
  };
}

function page(index: string): RequestHandler {
  return (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      nothingHere(request, response, next);
      return;
    }
    const { nonce = '' } = response.locals as PageLocals;
    response
      .setHeader('Cache-Control', 'no-store')
      .type('html')
      .send(index.replace('name="csp-nonce" content=""', `name="csp-nonce" content="${nonce}"`));
  };
}

const nothingHere: RequestHandler = (_request, response) => {
  response.status(404).type('text').send('There is nothing at this path.\n');
};

const notBuilt: RequestHandler = (_request, response) => {
  response
    .status(503)
    .type('text')
    .send('The console is not built: run `npm run build` where the gateway is.\n');
};
