import { backoffMs } from '../forward/backoff';
import type { DeliveryOutcome, DueDelivery } from './ports';
import { messageOf } from './message';
import type { SendResult, Sender } from './send';
import { signedHeaders } from './signature';

export interface DeliverDeps {
  readonly sender: Sender;
  /** The one that counts now, and the one before it where that still does. @throws SealBroken */
  readonly openSecrets: (due: DueDelivery) => readonly string[];
  readonly userAgent: string;
  readonly maxAttempts: number;
  readonly now: () => Date;
  readonly random: () => number;
}

/** Between tries of one message: 10 s, doubling, at most 4 h. */
const messageWaits = { firstMs: 10_000, maxMs: 4 * 60 * 60_000 } as const;
/** Before a receiver that fails is asked for anything again: 5 s, doubling, at most 5 min. */
const receiverWaits = { firstMs: 5_000, maxMs: 5 * 60_000 } as const;
const goneStatus = 410;

/** One try. Never throws: what goes wrong is the outcome. */
export async function deliver(deps: DeliverDeps, due: DueDelivery): Promise<DeliveryOutcome> {
  const message = messageOf(due);
  const startedAt = deps.now();
  let secrets: readonly string[];
  try {
    secrets = deps.openSecrets(due);
  } catch (error) {
    const why = `its secret cannot be read (${(error as Error).name}): give KEY_PEPPER_PREVIOUS, or make it anew`;
    return outcomeOf(deps, due, { kind: 'no-answer', why }, 0);
  }
  const headers = {
    ...signedHeaders(message, secrets, startedAt),
    'content-type': 'application/json',
    'user-agent': deps.userAgent,
  };
  const result = await deps.sender.send(due.url, headers, message.body);
  return outcomeOf(deps, due, result, deps.now().getTime() - startedAt.getTime());
}

/** Any answer of 2xx is a delivery; whatever else is said or not said is tried again, but for 410. */
export function outcomeOf(
  { maxAttempts, now, random }: Pick<DeliverDeps, 'maxAttempts' | 'now' | 'random'>,
  due: Pick<DueDelivery, 'attempts' | 'failures'>,
  result: SendResult,
  ms: number,
): DeliveryOutcome {
  const at = now();
  const status = result.kind === 'answered' ? result.status : null;
  const base = { at, status, ms, isGone: false };
  if (status !== null && status >= 200 && status < 300) {
    return { ...base, state: 'delivered', trouble: null, dueAt: null, notBefore: null };
  }
  const trouble = result.kind === 'answered' ? troubleOf(result.status) : result.why;
  const isGone = status === goneStatus;
  const asked = result.kind === 'answered' ? (result.retryAfterMs ?? 0) : 0;
  const later = (waits: Parameters<typeof backoffMs>[1], tries: number): Date =>
    new Date(at.getTime() + Math.max(asked, backoffMs(tries, waits, random)));
  const notBefore = later(receiverWaits, due.failures + 1);
  const isLast = isGone || due.attempts + 1 >= maxAttempts;
  return isLast
    ? { ...base, state: 'failed', trouble, dueAt: null, notBefore, isGone }
    : { ...base, state: 'waiting', trouble, dueAt: later(messageWaits, due.attempts + 1), notBefore };
}

function troubleOf(status: number): string {
  if (status === goneStatus) return 'the receiver says that it is gone for good: the webhook is switched off';
  return status >= 300 && status < 400
    ? 'answered with a redirect, which is not followed'
    : 'not answered with 2xx';
}
