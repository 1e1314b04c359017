import { deliver, type DeliverDeps } from './deliver';
import type { DueDelivery, WebhookQueue } from './ports';

export interface DelivererDeps extends DeliverDeps {
  readonly queue: WebhookQueue;
  /** For a request and its answer. */
  readonly timeoutMs: number;
  readonly maxWaiting: number;
  readonly onOutcome: (state: 'delivered' | 'waiting' | 'failed') => void;
  readonly onTrouble: (what: string, error: unknown) => void;
  /** How often an idle queue is looked at. */
  readonly idleMs?: number;
}

export interface Deliverer {
  /** Waits for what is under way, which is at most the time of a few answers. */
  close(): Promise<void>;
}

/** To write what became of it, after the time for an answer. */
const leaseGraceMs = 15_000;
const surplusEveryMs = 60_000;
const defaultIdleMs = 1000;

interface State {
  readonly deps: DelivererDeps;
  /** Webhooks that this process is sending to: a slow one holds up no other. */
  readonly busy: Map<string, Promise<void>>;
  surplusAt: number;
  /** Looks again at once: there may be more for whom the last was sent to. */
  lookAgain: () => void;
}

/** Sends what is due. Any number of processes may do so: each message is leased by one of them at a time. */
export function startDeliverer(deps: DelivererDeps): Deliverer {
  let isClosing = false;
  let timer: NodeJS.Timeout | undefined;
  let turning: Promise<void> | undefined;
  const state: State = { deps, busy: new Map(), surplusAt: 0, lookAgain: next };
  next();
  return {
    close: async () => {
      isClosing = true;
      clearTimeout(timer);
      await turning;
      await Promise.all(state.busy.values());
      await deps.sender.close();
    },
  };

  function next(): void {
    clearTimeout(timer);
    if (isClosing || turning !== undefined) return;
    turning = turn(state)
      .catch((error: unknown) => {
        deps.onTrouble('looking for webhooks that are due', error);
      })
      .then(() => {
        turning = undefined;
        if (!isClosing) timer = setTimeout(next, deps.idleMs ?? defaultIdleMs);
      });
  }
}

async function turn(state: State): Promise<void> {
  const { queue, timeoutMs, maxWaiting, now } = state.deps;
  const at = now().getTime();
  if (at - state.surplusAt >= surplusEveryMs) {
    state.surplusAt = at;
    await queue.giveUpSurplus(maxWaiting);
  }
  const claimed = await queue.claim([...state.busy.keys()], new Date(at + timeoutMs + leaseGraceMs));
  for (const [webhookId, some] of Map.groupBy(claimed, (due) => due.webhookId)) {
    const sent = Promise.all(some.map((due) => sendOne(state.deps, due))).then(() => {
      state.busy.delete(webhookId);
      state.lookAgain();
    });
    state.busy.set(webhookId, sent);
  }
}

async function sendOne(deps: DelivererDeps, due: DueDelivery): Promise<void> {
  try {
    const outcome = await deliver(deps, due);
    await deps.queue.finish(due, outcome);
    deps.onOutcome(outcome.state);
  } catch (error) {
    // The lease ends by itself; then it is tried again.
    deps.onTrouble('sending a webhook', error);
  }
}
