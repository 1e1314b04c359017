import express, { Router, type Request, type RequestHandler, type Response } from 'express';
import helmet from 'helmet';
import { checkInput, loadAdminSchemas } from '../../admin/admin-schemas';
import type { Caller } from '../../admin/admin-deps';
import { requireRole, requireWholeInstance } from '../../admin/caller-rights';
import type { EventQuery } from '../../admin/events';
import type { Page } from '../../admin/page';
import type { StartedSession } from '../../admin/sessions';
import { Problem } from '../../domain/problem';
import { openApiDocument } from '../openapi';
import { createAdmission, type Admission, type AdmissionDeps } from './admit-admin';
import { answerAdminError } from './answer-admin-error';
import { roleOf, type AdminRoute, type RouteDeps, type RouteInput } from './admin-route';
import { adminRoutes } from './admin-routes';
import { createOidcRouter } from './oidc-router';
import { perform } from './perform';
import { sendLines } from './send-lines';
import { sendTable, tableTypes, type TableFormat } from './send-table';
import { tablePaths } from './table-paths';
import type { EventStreamDeps } from './event-stream';
import { eventStreamType } from './event-writer';
import { createEventStreams, type EventStreams } from './send-events';
import { clearSessionCookie, setSessionCookie } from './session-cookie';

export interface AdminRouterDeps extends RouteDeps, AdmissionDeps, EventStreamDeps {
  /** Told of each operation that may have changed something, before it is answered. */
  readonly onChanged?: () => void;
  /** Tells a database that is away (503) from a fault of ours (500). */
  readonly isUnavailable: (error: unknown) => boolean;
}

export const maxAdminBodyBytes = 1024 * 1024;
/** Of an operation that asks for no token: it takes one. */
export const maxOpenBodyBytes = 4096;
const jsonTypes = ['application/json', 'application/*+json'];

export interface AdminRouter {
  readonly router: Router;
  readonly streams: EventStreams;
}

/** The admin API: mount it at `/api/v1`. Every answer but CSV is JSON, every refusal a problem. */
export function createAdminRouter(deps: AdminRouterDeps): AdminRouter {
  const router = Router({ caseSensitive: true });
  const admission = createAdmission(deps);
  const streams = createEventStreams(deps, admission.recheck);
  router.use(security, noStore, tablePaths(adminRoutes));
  serveDocument(router);
  if (deps.oidc !== undefined) {
    router.use('/session/oidc', createOidcRouter({ ...deps, oidc: deps.oidc }, admission));
  }
  const readJson = express.json({
    limit: maxAdminBodyBytes,
    type: jsonTypes,
  });
  // From somebody who has not shown who it is yet.
  const readSmallJson = express.json({ limit: maxOpenBodyBytes, type: jsonTypes });
  for (const [path, routes] of routesByPath()) {
    const place = router.route(path.replace(/\{\w+\}/, ':id').replace(/\{\w+\}/, ':part'));
    for (const one of routes) {
      const read = one.session === 'starts' ? readSmallJson : readJson;
      place[one.method](admitFirst(one), ...(one.body === undefined ? [] : [read]), answer(one));
    }
    place.all(refuseUnlessAdmin(allowedMethods(routes)));
  }
  router.use(refuseUnlessAdmin(undefined));
  router.use(answerAdminError(deps));
  return { router, streams };

  function answer(one: AdminRoute): RequestHandler {
    return async (request, response) => {
      if (one.stream === true && request.method === 'GET' && wantsStream(request)) {
        const { query } = readInput(deps, one, request);
        await streams.open(request, response, await admit(admission, request, response), query as EventQuery);
        return;
      }
      await answerRoute(deps, admission, one, request, response);
    };
  }

  /** The one place where roles are asked for. Nobody makes the server read a megabyte without the right token. */
  function admitFirst(one: AdminRoute): RequestHandler {
    return async (request, response, next) => {
      if (one.session === 'starts') admission.requireAttempts(request);
      if (one.session === 'starts' || one.open === true) {
        next();
        return;
      }
      const caller = await admit(admission, request, response);
      requireRole(caller, roleOf(one));
      if (one.wholeInstance === true) requireWholeInstance(caller);
      next();
    };
  }

  function refuseUnlessAdmin(allowed: readonly string[] | undefined): RequestHandler {
    return async (request, response, next) => {
      await admit(admission, request, response);
      if (allowed === undefined) throw new Problem('not_found', 'There is nothing at this path.');
      refuseMethod(allowed)(request, response, next);
    };
  }
}

/** The description of the API, for everybody. */
function serveDocument(router: Router): void {
  const document = openApiDocument(adminRoutes, loadAdminSchemas());
  router
    .route('/openapi.json')
    .get((_request, response) => {
      response.json(document);
    })
    .all(refuseMethod(['GET', 'HEAD']));
}

const security = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  // As for the console: set where TLS ends. A browser would hold it against every other port of the host.
  strictTransportSecurity: false,
  referrerPolicy: { policy: 'no-referrer' },
});

const noStore: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};

function routesByPath(): Map<string, AdminRoute[]> {
  return Map.groupBy(adminRoutes, ({ path }) => path);
}

function allowedMethods(routes: readonly AdminRoute[]): string[] {
  return routes.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
}

function refuseMethod(allowed: readonly string[]): RequestHandler {
  return (_request, response) => {
    response.setHeader('Allow', allowed.join(', '));
    throw new Problem('method_not_allowed', `This path takes ${allowed.join(', ')}.`);
  };
}

async function admit(admission: Admission, request: Request, response: Response): Promise<Caller> {
  const known = (response.locals as { caller?: Caller }).caller;
  if (known !== undefined) return known;
  const caller = await admission.admit(request, response);
  (response.locals as { caller?: Caller }).caller = caller;
  return caller;
}

async function answerRoute(
  deps: AdminRouterDeps,
  admission: Admission,
  one: AdminRoute,
  request: Request,
  response: Response,
): Promise<void> {
  const input = readInput(deps, one, request);
  if (one.session === 'starts') {
    await startSession(deps, admission, one, input, request, response);
    return;
  }
  const caller = one.open === true ? nobody : await admit(admission, request, response);
  const format = one.item === undefined ? undefined : tableFormatOf(request);
  if (format !== undefined) {
    const columns = columnsOf(one.item ?? '');
    await sendTable(response, format, fileNameOf(one), columns, async (after, limit) => {
      const query = { ...(input.query as object), limit, ...(after === undefined ? {} : { after }) };
      return (await one.run(deps, caller, { ...input, query })) as Page<Record<string, unknown>>;
    });
    return;
  }
  const result = await perform(deps, adminRoutes, { route: one, caller, input }, request, response);
  if (one.method !== 'get') deps.onChanged?.();
  if (one.lines === true) {
    await sendLines(response, fileNameOf(one), result as AsyncIterable<string>);
    return;
  }
  if (one.session === 'ends') clearSessionCookie(response, deps.isHttps(request));
  if (one.answer === undefined) response.status(one.status).end();
  else response.status(one.status).json(result);
}

function readInput(deps: AdminRouterDeps, one: AdminRoute, request: Request): RouteInput<unknown, unknown> {
  const { id, part } = request.params;
  return {
    id: typeof id === 'string' ? id : '',
    part: typeof part === 'string' ? part : '',
    query: checkInput('query', one.query ?? 'NoQuery', request.query),
    body: one.body === undefined ? undefined : checkInput('body', one.body, readBodyOf(request)),
    from: { address: deps.clientAddressOf(request), userAgent: request.get('user-agent') },
  };
}

/** The caller is nobody until the token of the body has proved who it is. */
const nobody: Caller = { instanceId: 0, actor: 'nobody' };

async function startSession(
  deps: AdminRouterDeps,
  admission: Admission,
  one: AdminRoute,
  input: RouteInput<unknown, unknown>,
  request: Request,
  response: Response,
): Promise<void> {
  const started = (await one.run(deps, nobody, input).catch((error: unknown) => {
    if (error instanceof Problem && error.code === 'token_refused') admission.countRefused(request);
    throw error;
  })) as StartedSession;
  setSessionCookie(response, deps.isHttps(request), started.secret, started.maxAgeSeconds);
  response.status(one.status).json(started.view);
}

/** Undefined: JSON. */
function tableFormatOf(request: Request): TableFormat | undefined {
  const wanted = request.accepts(['application/json', ...Object.values(tableTypes)]);
  const found = Object.entries(tableTypes).find(([, type]) => type === wanted);
  return found === undefined ? undefined : (found[0] as TableFormat);
}

function wantsStream(request: Request): boolean {
  return request.accepts(['application/json', eventStreamType]) === eventStreamType;
}

function fileNameOf({ path }: AdminRoute): string {
  return path.split('/').at(-1) ?? 'list';
}

/** Whoever sends none leaves everything out. express.json leaves a body of another type alone. */
function readBodyOf(request: Request): unknown {
  const { 'content-length': length = '0', 'transfer-encoding': coding } = request.headers;
  if (length === '0' && coding === undefined) return {};
  if (request.is(['application/json', 'application/*+json']) !== false) return request.body;
  throw new Problem('body_type_unsupported', 'Send the body as application/json.');
}

function columnsOf(item: string): string[] {
  return Object.keys(loadAdminSchemas()[item]?.properties ?? {});
}
