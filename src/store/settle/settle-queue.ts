import type { Pool, PoolClient } from 'pg';
import type { PlainRefusal, SettleRequest, Settlement } from '../../ingest/ports';
import type { AuditRecord } from '../audit';
import type { SubmissionPlace } from '../submission-hints';
import { isDatabaseUnavailable, withTransaction } from '../database';
import { answeredCase, closeAnswered, type AnsweredCase } from './answered-cases';
import { learnJunk } from './learn-junk';
import { lockAndLoadFacts, type LoadedFacts } from './load-facts';
import { lockKeysOf } from './lock-keys';
import type { SettledSubmission } from './settled-submission';
import { writeBatch, type WriteLimits } from './write-batch';

export interface SettleLimits extends WriteLimits {
  /** Connections that settle at the same time. */
  readonly settleConnections: number;
  /** Most submissions in one transaction. */
  readonly settleMaxBatch: number;
  /** Most submissions waiting; one more is turned away as overload. */
  readonly settleMaxQueue: number;
  /** Most values of one kind that a key's devices make junk in a day. Default: `defaultMaxJunkLearnedPerKeyPerDay`. */
  readonly maxJunkLearnedPerKeyPerDay?: number;
}

type BatchLimits = WriteLimits & Pick<SettleLimits, 'maxJunkLearnedPerKeyPerDay'>;

/** Thrown when the queue is full: the gateway takes in faster than the database commits. */
export class SettleQueueFull extends Error {}

interface Waiting {
  /** Undefined for a refusal that needs no facts. */
  readonly request: SettleRequest | undefined;
  readonly refusal: PlainRefusal | undefined;
  readonly instanceId: number;
  readonly lockKeys: readonly string[];
  readonly resolve: (settlement: Settlement) => void;
  readonly reject: (error: unknown) => void;
}

export interface SettleQueue {
  settle(request: SettleRequest): Promise<Settlement>;
  record(refusal: PlainRefusal): Promise<void>;
  /** Submissions waiting now. */
  readonly length: number;
  /** Resolves when everything taken has been committed or rejected. */
  drain(): Promise<void>;
}

/**
 * Settles submissions in batches without a timer: whenever a connection is free, everything waiting goes into its
 * next transaction, so an idle gateway adds no delay and a busy one commits once for many (PostgreSQL's share per
 * inventory falls from 375 to about 130 µs). Nobody is answered before the commit.
 */
export function createSettleQueue(
  pool: Pool,
  limits: SettleLimits,
  onCommitted: (place: SubmissionPlace) => void = () => undefined,
): SettleQueue {
  let queue: Waiting[] = [];
  let busy = 0;
  const idleWaiters: (() => void)[] = [];

  function put(waiting: Waiting): void {
    if (queue.length >= limits.settleMaxQueue) {
      waiting.reject(new SettleQueueFull(`more than ${limits.settleMaxQueue} submissions waiting`));
      return;
    }
    queue.push(waiting);
    if (busy < limits.settleConnections) void work();
  }

  async function work(): Promise<void> {
    busy++;
    // Let the requests of this turn of the event loop come in: they share the transaction.
    await new Promise(setImmediate);
    while (queue.length > 0) {
      const { taken, left } = takeBatch(queue, limits.settleMaxBatch);
      queue = left;
      await settleBatch(pool, taken, limits, onCommitted);
    }
    busy--;
    if (busy === 0) for (const resolve of idleWaiters.splice(0)) resolve();
  }

  return {
    settle: (request) =>
      new Promise((resolve, reject) => {
        const { instanceId } = request.record;
        put({ request, refusal: undefined, instanceId, lockKeys: lockKeysOf(request), resolve, reject });
      }),
    record: async (refusal) => {
      await new Promise<Settlement>((resolve, reject) => {
        const { instanceId } = refusal.record;
        put({ request: undefined, refusal, instanceId, lockKeys: [], resolve, reject });
      });
    },
    get length() {
      return queue.length;
    },
    drain: () =>
      busy === 0 && queue.length === 0
        ? Promise.resolve()
        : new Promise((resolve) => idleWaiters.push(resolve)),
  };
}

/**
 * The next transaction's worth: one instance, and no identity twice, so that each decision sees the one before it.
 * What shares an identity with a taken one waits for the next transaction, in order.
 */
function takeBatch(queue: readonly Waiting[], maxBatch: number): { taken: Waiting[]; left: Waiting[] } {
  const taken: Waiting[] = [];
  const left: Waiting[] = [];
  const locked = new Set<string>();
  const instanceId = queue[0]?.instanceId;
  for (const waiting of queue) {
    const isFree = waiting.instanceId === instanceId && !waiting.lockKeys.some((key) => locked.has(key));
    if (isFree && taken.length < maxBatch) taken.push(waiting);
    else left.push(waiting);
    for (const key of waiting.lockKeys) locked.add(key);
  }
  return { taken, left };
}

/** A failed batch is settled one by one, so that only what cannot be settled fails. */
async function settleBatch(
  pool: Pool,
  batch: readonly Waiting[],
  limits: BatchLimits,
  onCommitted: (place: SubmissionPlace) => void,
): Promise<void> {
  try {
    const settled = await withTransaction(pool, (client) => decideAndWrite(client, batch, limits));
    batch.forEach((waiting, place) => {
      const settlement = settled[place];
      if (settlement === undefined) {
        waiting.reject(new Error('settlement missing after commit'));
        return;
      }
      waiting.resolve(settlement);
      onCommitted(placeOf(waiting, settlement));
    });
  } catch (error) {
    if (batch.length === 1 || isDatabaseUnavailable(error)) {
      for (const waiting of batch) waiting.reject(error);
      return;
    }
    for (const waiting of batch) await settleBatch(pool, [waiting], limits, onCommitted);
  }
}

function placeOf({ request, refusal, instanceId }: Waiting, settlement: Settlement): SubmissionPlace {
  const entityId = settlement.verdict === 'accepted' ? settlement.entityId : undefined;
  return { instanceId, entityId, kid: (request ?? refusal)?.record.kid };
}

async function decideAndWrite(
  client: PoolClient,
  batch: readonly Waiting[],
  limits: BatchLimits,
): Promise<Settlement[]> {
  const instanceId = batch[0]?.instanceId ?? 0;
  const requests = batch.flatMap(({ request }) => (request === undefined ? [] : [request]));
  const facts = requests.length === 0 ? undefined : await lockAndLoadFacts(client, instanceId, requests);
  const settled: SettledSubmission[] = [];
  const audit: AuditRecord[] = [];
  const answered: AnsweredCase[] = [];
  let place = 0;
  for (const { request, refusal } of batch) {
    if (refusal !== undefined) settled.push({ ...refusal, request: undefined });
    if (request === undefined || facts === undefined) continue;
    const decided = await decideAndLearn(client, request, { facts, place, limits });
    const { settlement } = decided;
    if (settlement.verdict === 'accepted' && settlement.outcome === 'created')
      facts.countCreated(request.key.kid);
    settled.push({ record: request.record, settlement, request });
    audit.push(...decided.audit);
    answered.push(...answeredCase(facts.openCaseOf(place), { record: request.record, settlement }));
    place++;
  }
  await writeBatch(client, instanceId, settled, limits, async () => [
    ...audit,
    ...(await closeAnswered(client, instanceId, answered)),
  ]);
  return settled.map(({ settlement }) => settlement);
}

/** Where a submission shows that a value is junk, it is decided again with that known, and all after it. */
async function decideAndLearn(
  client: PoolClient,
  request: SettleRequest,
  { facts, place, limits }: { facts: LoadedFacts; place: number; limits: BatchLimits },
): Promise<{ settlement: Settlement; audit: readonly AuditRecord[] }> {
  const known = facts.factsFor(place);
  const settlement = request.decide(known);
  const decided = { settlement, facts: known };
  const learned = await learnJunk(client, request, decided, limits.maxJunkLearnedPerKeyPerDay);
  if (learned.values.length === 0) return { settlement, audit: [] };
  facts.addJunk(place, learned.values);
  return { settlement: request.decide(facts.factsFor(place)), audit: learned.audit };
}
