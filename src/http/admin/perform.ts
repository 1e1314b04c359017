import type { Request, Response } from 'express';
import type { Caller } from '../../admin/admin-deps';
import { changeIfSame } from '../../admin/change-if-same';
import { createOnce } from '../../admin/create-once';
import { Problem } from '../../domain/problem';
import type { AdminRoute, RouteDeps, RouteInput } from './admin-route';
import { entityTag, isMatch, isVersioned, readerOf } from './versions';

export const idempotencyHeader = 'Idempotency-Key';
const maxKeyLength = 255;

type Input = RouteInput<unknown, unknown>;

/** Does what is asked for: only if it still is what the caller saw, or only once, where the request says so. */
export async function perform(
  deps: RouteDeps,
  routes: readonly AdminRoute[],
  one: AdminRoute,
  caller: Caller,
  input: Input,
  request: Request,
  response: Response,
): Promise<unknown> {
  const result = await performed(deps, routes, one, caller, input, request, response);
  if (isVersioned(one)) response.setHeader('ETag', entityTag(one, result as object));
  return result;
}

async function performed(
  deps: RouteDeps,
  routes: readonly AdminRoute[],
  one: AdminRoute,
  caller: Caller,
  input: Input,
  request: Request,
  response: Response,
): Promise<unknown> {
  const wanted = request.get('if-match');
  if (wanted !== undefined && one.method !== 'get') {
    const reader = readerOf(routes, one);
    // Never ignored: whoever sends it relies on it.
    if (reader === undefined) {
      throw new Problem('precondition_failed', 'This operation has no version that If-Match could name.');
    }
    return await changeIfSame(
      deps,
      async (within) =>
        isMatch(wanted, entityTag(reader, (await reader.run(within, caller, input)) as object)),
      (within) => one.run(within, caller, input),
    );
  }
  const key = request.get(idempotencyHeader);
  if (key !== undefined && isCreate(one)) {
    return await createWithKey(deps, routes, one, caller, input, key, response);
  }
  return await one.run(deps, caller, input);
}

/** Takes an Idempotency-Key. */
export function isCreate({ status, session }: AdminRoute): boolean {
  return status === 201 && session === undefined;
}

async function createWithKey(
  deps: RouteDeps,
  routes: readonly AdminRoute[],
  one: AdminRoute,
  caller: Caller,
  input: Input,
  key: string,
  response: Response,
): Promise<unknown> {
  if (!/^[\x21-\x7e]+$/.test(key) || key.length > maxKeyLength) {
    throw new Problem('idempotency_mismatch', `Idempotency-Key takes 1 to ${maxKeyLength} ASCII characters.`);
  }
  const { operationId } = one;
  const made = await createOnce(deps, caller, { operationId, key, body: input.body }, (within) =>
    one.run(within, caller, input),
  );
  if (made.kind === 'created') return made.result;
  response.setHeader('Location', `/api/v1${one.path}/${made.object}`);
  const reader = routes.find(({ method, path }) => method === 'get' && path === `${one.path}/{id}`);
  if (one.showsSecret === true || reader === undefined) {
    throw new Problem(
      'idempotency_replayed',
      `This was done before and made ${made.object}. Its secret was shown in that answer only, and is stored nowhere.`,
    );
  }
  response.setHeader('Idempotency-Replayed', 'true');
  return await reader.run(deps, caller, { ...input, id: made.object });
}
