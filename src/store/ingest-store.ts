import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import type { RegistrationKey } from '../domain/registration-key';
import type { SecretHash } from '../domain/pepper';
import type { CanaryUsed, FactsRequest, IngestPorts, Settlement } from '../ingest/ports';
import { createAgentSightings, type AgentLimits } from './agent-sightings';
import { createCanaryAlarms } from './canary-alarms';
import { createCertificateKeys } from './keys/certificate-keys';
import { createKeyCache, type KeyCacheLimits } from './keys/key-cache';
import { listenToKeyChanges } from './keys/key-changes';
import { createKeyUse } from './keys/key-use';
import { createRegistrationStore, type RegistrationStore } from './registered-instances';
import { createRefusalFold, type FoldLimits } from './refusal-fold';
import { loadFacts } from './settle/load-facts';
import type { Tables } from './tables';
import { createSettleQueue, type SettleLimits } from './settle/settle-queue';
import { createSubmissionHints } from './submission-hints';

export interface IngestStoreDeps {
  /** Connections for settling only, so that look-ups never wait behind a batch. */
  readonly settlePool: Pool;
  readonly pool: Pool;
  readonly db: Kysely<Tables>;
  /** Where to listen for changes of keys. */
  readonly databaseUrl: string;
  readonly loadKey: (kid: string) => Promise<RegistrationKey | undefined>;
  readonly hashesOf: (text: string) => readonly SecretHash[];
  readonly now: () => Date;
  readonly newId: () => string;
  readonly defaultInstanceId: number;
  readonly limits: SettleLimits & KeyCacheLimits & FoldLimits & AgentLimits;
  /** Trouble in the background, where no request is waiting for an answer. */
  readonly onTrouble: (what: string, error: unknown) => void;
  /** Somebody uses a bait; at most once an hour for each key and source. */
  readonly onCanary: (use: CanaryUsed) => void;
}

export interface IngestStore extends IngestPorts, RegistrationStore {
  readonly queueLength: number;
  /** For a change made in this process: it counts from its answer on, not from the notification. */
  forgetKeys(): void;
  /** Requests that showed a bait, since it was opened. */
  readonly canaryUses: number;
  /** Agents that said hello and were not listed, because their key has too many without asset. */
  readonly agentsLeftOut: number;
  /** What the pipeline would decide, written nowhere. */
  decideWithoutWriting(request: FactsRequest): Promise<Settlement>;
  /** Writes what is still in memory. No submission may be settled afterwards. */
  close(): Promise<void>;
}

/** The pipeline's ports on PostgreSQL. */
export async function openIngestStore(deps: IngestStoreDeps): Promise<IngestStore> {
  const { pool, onTrouble } = deps;
  const keys = createKeyCache(deps.loadKey, deps.limits);
  const certificateKeys = createCertificateKeys(pool, deps.limits);
  const listening = await listenToKeyChanges(
    deps.databaseUrl,
    (kid) => {
      keys.forget(kid);
      certificateKeys.forgetAll();
    },
    (error) => {
      onTrouble('listening for key changes', error);
    },
  );
  const registrations = createRegistrationStore(deps);
  const { fold, agents, use, alarms, hints } = openNotes(deps);
  const settling = createSettleQueue(deps.settlePool, deps.limits, hints.note);

  return {
    forgetKeys: () => {
      keys.forget('*');
      certificateKeys.forgetAll();
    },
    findKey: (kid) => keys.find(kid),
    findKidsByCertificate: (spki, issuerId) => certificateKeys.find(spki, issuerId),
    ...registrations,
    hashesOf: deps.hashesOf,
    settle: (request) => settling.settle(request),
    noteUse: (used) => {
      use.note(used);
    },
    reportCanary: (used) => {
      alarms.report(used);
    },
    recordRefusal: (refusal) => settling.record(refusal),
    countRefusal: (refusal) => {
      fold.count(refusal);
    },
    sightAgent: (sighting) => agents.sight(sighting),
    now: deps.now,
    newId: deps.newId,
    get agentsLeftOut() {
      return agents.leftOut;
    },
    get queueLength() {
      return settling.length;
    },
    get canaryUses() {
      return alarms.uses;
    },
    decideWithoutWriting: (request) => decideWithoutWriting(pool, request),
    close: async () => {
      await settling.drain();
      await fold.close();
      await hints.close();
      await use.close();
      await alarms.close();
      await listening.close();
    },
  };
}

/** What is noted beside submissions: mostly in the background, none of it ever in the way of a verdict. */
function openNotes({ pool, limits, onTrouble, ...deps }: IngestStoreDeps) {
  const hints = createSubmissionHints(pool, (error) => {
    onTrouble('telling consoles of submissions', error);
  });
  return {
    hints,
    fold: createRefusalFold(
      pool,
      deps.defaultInstanceId,
      limits,
      (error) => {
        onTrouble('counting refusals', error);
      },
      hints.note,
    ),
    agents: createAgentSightings(pool, limits, (kid) => {
      const { maxAgentsWithoutAssetPerKey } = limits;
      onTrouble('listing agents', new Error(`key ${kid} has ${maxAgentsWithoutAssetPerKey} without asset`));
    }),
    use: createKeyUse(pool, (error) => {
      onTrouble('noting the use of keys', error);
    }),
    alarms: createCanaryAlarms({
      pool,
      newId: deps.newId,
      onAlarm: deps.onCanary,
      onTrouble: (error) => {
        onTrouble('writing the alarm of a canary key', error);
      },
    }),
  };
}

async function decideWithoutWriting(pool: Pool, request: FactsRequest): Promise<Settlement> {
  const client = await pool.connect();
  try {
    const { factsFor } = await loadFacts(client, request.key.instanceId, [request]);
    return request.decide(factsFor(0));
  } finally {
    client.release();
  }
}
