import type { RegistrationKey } from '../domain/registration-key';
import type { ValidInventory } from '../domain/inventory';
import type { RefusedSettlement, QuarantinedSettlement } from '../ingest/ports';
import { keyStops, readAgain, replayRequest, type KeptSubmission, type ReplayDeps } from '../ingest/replay';
import type { Database } from '../store/database';
import { findKeyByKid } from '../store/keys/find-key-by-kid';
import { settleHeld, type HeldOrder, type HeldOutcome } from '../store/settle/settle-held';

export type ReplayOutcome =
  | Exclude<HeldOutcome, { state: 'stopped' }>
  | {
      readonly state: 'stopped';
      readonly stop: Pick<RefusedSettlement | QuarantinedSettlement, 'reason' | 'evidence'>;
    };

/** The way of a held submission through the pipeline, for the use cases. */
export interface HeldPipeline {
  /** What the body says now; undefined when it can no longer be read. */
  read(kid: string, kept: KeptSubmission): Promise<ValidInventory | undefined>;
  /** Lets it in as the order says: committed with everything that follows of it, or nothing is changed. */
  replay(kid: string, kept: KeptSubmission, order: HeldOrder): Promise<ReplayOutcome>;
}

export interface HeldPipelineDeps extends ReplayDeps {
  readonly database: Database;
  /** Settles by the same rules as what agents send. */
  readonly settleDatabase: Database;
}

export function createHeldPipeline(deps: HeldPipelineDeps): HeldPipeline {
  // Never from a cache: a revocation counts at once.
  const keyOf = async (kid: string): Promise<RegistrationKey> => {
    const key = await findKeyByKid(deps.database.db, kid);
    if (key === undefined) throw new Error(`the key ${kid} of a held submission is missing`);
    return key;
  };
  return {
    read: async (kid, kept) => {
      const read = readAgain(deps, await keyOf(kid), kept);
      return read.ok ? read.inventory : undefined;
    },
    replay: async (kid, kept, order) => {
      const key = await keyOf(kid);
      const closed = keyStops(key, deps.now());
      if (closed !== undefined) return { state: 'stopped', stop: closed };
      const read = readAgain(deps, key, kept);
      if (!read.ok) return { state: 'stopped', stop: read.stop };
      const outcome = await settleHeld(deps.settleDatabase.pool, replayRequest(deps, read), order);
      return outcome.state === 'stopped' ? { state: 'stopped', stop: outcome.settlement } : outcome;
    },
  };
}
