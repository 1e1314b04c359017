import { createHash } from 'node:crypto';
import { Problem } from '../domain/problem';
import { claimIdempotencyKey, findCreated, rememberCreated } from '../store/idempotency';
import { asOneTransaction } from '../store/one-transaction';
import type { AdminDeps, Caller } from './admin-deps';

/** How long a key is remembered. */
export const idempotencyHours = 24;
const hourMs = 3_600_000;

export interface CreateRequest {
  readonly operationId: string;
  /** Of the header Idempotency-Key. */
  readonly key: string;
  readonly body: unknown;
}

export type CreatedOnce<T> =
  | { readonly kind: 'created'; readonly result: T }
  /** It was done before; `object`: id of what it made then. */
  | { readonly kind: 'replayed'; readonly object: string };

/**
 * Creates once for each caller, operation and key: in the transaction that creates, the key is written down, so that one
 * is never there without the other. A request that was refused leaves nothing. Throws Problem `idempotency_mismatch`.
 */
export async function createOnce<D extends AdminDeps, T>(
  deps: D,
  caller: Caller,
  { operationId, key, body }: CreateRequest,
  create: (deps: D) => Promise<T>,
): Promise<CreatedOnce<T>> {
  const { instanceId } = caller;
  const who = caller.token?.tokenId ?? caller.actor;
  const digest = digestOf([who, operationId, key]);
  const request = digestOf(body);
  const at = deps.now();
  const forgetBefore = new Date(at.getTime() - idempotencyHours * hourMs);
  return await asOneTransaction(deps.db, 'read committed', async (trx) => {
    if (await claimIdempotencyKey(trx, instanceId, digest, request, at, forgetBefore)) {
      const result = await create({ ...deps, db: trx });
      await rememberCreated(trx, instanceId, digest, idOf(result));
      return { kind: 'created', result };
    }
    const known = await findCreated(trx, instanceId, digest);
    if (known?.request.equals(request) !== true) {
      throw new Problem('idempotency_mismatch', 'This Idempotency-Key was used with another body.');
    }
    return { kind: 'replayed', object: known.object ?? '' };
  });
}

function digestOf(value: unknown): Buffer {
  return createHash('sha256').update(JSON.stringify(value)).digest();
}

function idOf(result: unknown): string {
  const { kid, id } = result as { readonly kid?: unknown; readonly id?: unknown };
  return typeof kid === 'string' ? kid : typeof id === 'string' ? id : '';
}
