import type { Request, Response } from 'express';
import type { Caller } from '../../admin/admin-deps';
import { changeIfSame } from '../../admin/change-if-same';
import { createOnce } from '../../admin/create-once';
import { Problem } from '../../domain/problem';
import { isOnce, type AdminRoute, type RouteDeps, type RouteInput } from './admin-route';
import { entityTag, isMatch, isVersioned, readerOf } from './versions';

export const idempotencyHeader = 'Idempotency-Key';
const maxKeyLength = 255;

/** What is asked for, by whom. */
export interface Asked {
  readonly route: AdminRoute;
  readonly caller: Caller;
  readonly input: RouteInput<unknown, unknown>;
}

/** Does what is asked for: only if it still is what the caller saw, or only once, where the request says so. */
export async function perform(
  deps: RouteDeps,
  routes: readonly AdminRoute[],
  asked: Asked,
  request: Request,
  response: Response,
): Promise<unknown> {
  const { route } = asked;
  const wanted = route.method === 'get' ? undefined : request.get('if-match');
  const key = isOnce(route) ? request.get(idempotencyHeader) : undefined;
  const result =
    wanted !== undefined
      ? await changeWanted(deps, readerOf(routes, route), asked, wanted)
      : key !== undefined
        ? await createWithKey(deps, readerOfMade(routes, route), asked, key, response)
        : await run(deps, asked);
  if (isVersioned(route)) response.setHeader('ETag', entityTag(route, result as object));
  return result;
}

async function run(deps: RouteDeps, { route, caller, input }: Asked): Promise<unknown> {
  return await route.run(deps, caller, input);
}

async function changeWanted(
  deps: RouteDeps,
  reader: AdminRoute | undefined,
  asked: Asked,
  wanted: string,
): Promise<unknown> {
  // Never ignored: whoever sends it relies on it.
  if (reader === undefined) {
    throw new Problem('precondition_failed', 'This operation has no version that If-Match could name.');
  }
  return await changeIfSame(
    deps,
    async (within) => {
      const now = await run(within, { ...asked, route: reader }).catch(noneYet);
      return now !== undefined && isMatch(wanted, entityTag(reader, now as object));
    },
    (within) => run(within, asked),
  );
}

/** What is set for the first time by the operation that changes it is nothing that If-Match could name. */
function noneYet(error: unknown): undefined {
  if (error instanceof Problem && missing.has(error.code)) return undefined;
  throw error;
}

const missing: ReadonlySet<string> = new Set(['upstream_missing', 'glpi_api_missing']);

/** The operation that shows what this one creates. */
function readerOfMade(routes: readonly AdminRoute[], one: AdminRoute): AdminRoute | undefined {
  return routes.find(({ method, path }) => method === 'get' && path === `${one.path}/{id}`);
}

async function createWithKey(
  deps: RouteDeps,
  reader: AdminRoute | undefined,
  asked: Asked,
  key: string,
  response: Response,
): Promise<unknown> {
  if (!/^[\x21-\x7e]+$/.test(key) || key.length > maxKeyLength) {
    throw new Problem('idempotency_mismatch', `Idempotency-Key takes 1 to ${maxKeyLength} ASCII characters.`);
  }
  const { route, caller, input } = asked;
  // The same key for another one of them is another request.
  const operationId = [route.operationId, input.id].filter((part) => part !== '').join(' ');
  const made = await createOnce(deps, caller, { operationId, key, body: input.body }, (within) =>
    run(within, asked),
  );
  if (made.kind === 'created') return made.result;
  const place = route.changes?.replace(/\{\w+\}/, made.object) ?? `${route.path}/${made.object}`;
  response.setHeader('Location', `/api/v1${place}`);
  if (route.showsSecret === true || reader === undefined) {
    throw new Problem(
      'idempotency_replayed',
      `This was done before: ${made.object}. Its secret was shown in that answer only, and cannot be shown again.`,
    );
  }
  response.setHeader('Idempotency-Replayed', 'true');
  return await run(deps, { route: reader, caller, input: { ...input, id: made.object } });
}
