import type { Pool } from 'pg';
import type { RegistrationKey } from '../domain/registration-key';
import type { FactsRequest, IngestPorts, Settlement } from '../ingest/ports';
import { sightAgent } from './agent-sightings';
import { createKeyCache, type KeyCacheLimits } from './key-cache';
import { listenToKeyChanges } from './key-changes';
import { createKeyUse } from './key-use';
import { createRefusalFold, type FoldLimits } from './refusal-fold';
import { loadFacts } from './settle/load-facts';
import { createSettleQueue, type SettleLimits } from './settle/settle-queue';

export interface IngestStoreDeps {
  /** Connections for settling only, so that look-ups never wait behind a batch. */
  readonly settlePool: Pool;
  readonly pool: Pool;
  /** Where to listen for changes of keys. */
  readonly databaseUrl: string;
  readonly loadKey: (kid: string) => Promise<RegistrationKey | undefined>;
  readonly macOf: (text: string) => Buffer;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly defaultInstanceId: number;
  readonly limits: SettleLimits & KeyCacheLimits & FoldLimits;
  /** Trouble in the background, where no request is waiting for an answer. */
  readonly onTrouble: (what: string, error: unknown) => void;
}

export interface IngestStore extends IngestPorts {
  readonly queueLength: number;
  /** What the pipeline would decide, written nowhere. */
  decideWithoutWriting(request: FactsRequest): Promise<Settlement>;
  /** Writes what is still in memory. No submission may be settled afterwards. */
  close(): Promise<void>;
}

/** The pipeline's ports on PostgreSQL. */
export async function openIngestStore(deps: IngestStoreDeps): Promise<IngestStore> {
  const { pool, onTrouble } = deps;
  const keys = createKeyCache(deps.loadKey, deps.limits);
  const listening = await listenToKeyChanges(
    deps.databaseUrl,
    (kid) => {
      keys.forget(kid);
    },
    (error) => {
      onTrouble('listening for key changes', error);
    },
  );
  const settling = createSettleQueue(deps.settlePool, deps.limits);
  const fold = createRefusalFold(pool, deps.defaultInstanceId, deps.limits, (error) => {
    onTrouble('counting refusals', error);
  });
  const use = createKeyUse(pool, (error) => {
    onTrouble('noting the use of keys', error);
  });

  return {
    findKey: (kid) => keys.find(kid),
    macOf: deps.macOf,
    settle: async (request) => {
      const settlement = await settling.settle(request);
      use.note(request.record);
      return settlement;
    },
    recordRefusal: (refusal) => settling.record(refusal),
    countRefusal: (refusal) => {
      fold.count(refusal);
    },
    sightAgent: (sighting) => sightAgent(pool, sighting),
    now: deps.now,
    newId: deps.newId,
    get queueLength() {
      return settling.length;
    },
    decideWithoutWriting: async (request) => {
      const client = await pool.connect();
      try {
        const { factsFor } = await loadFacts(client, request.key.instanceId, [request]);
        return request.decide(factsFor(0));
      } finally {
        client.release();
      }
    },
    close: async () => {
      await settling.drain();
      await fold.close();
      await use.close();
      await listening.close();
    },
  };
}
