import { v7 as timeOrderedId } from 'uuid';
import { hashesOf, type Peppers } from '../domain/pepper';
import { openDatabase, type Database } from '../store/database';
import { createEventFeed, type EventFeed } from '../store/event-feed';
import { openIngestStore, type IngestStore } from '../store/ingest-store';
import { createKidCheck } from '../store/keys/known-kids';
import { findKeyByKid } from '../store/keys/find-key-by-kid';
import type { GatewayOptions } from './gateway-options';

/** What all rooms share. */
export interface Ground {
  readonly database: Database;
  /** Connections for settling only, so that look-ups never wait behind a batch. */
  readonly settleDatabase: Database;
  readonly peppers: Peppers;
  readonly now: () => Date;
  readonly newId: () => string;
}

export function layGround(options: GatewayOptions): Ground {
  const { databaseUrl, connectTimeoutMs, statementTimeoutMs } = options;
  const connection = { connectTimeoutMs, statementTimeoutMs };
  return {
    database: openDatabase(databaseUrl, { ...connection, maxConnections: options.maxConnections }),
    settleDatabase: openDatabase(databaseUrl, {
      ...connection,
      maxConnections: options.storeLimits.settleConnections,
      applicationName: 'gatehouse-settle',
      byKeyOnly: true,
    }),
    peppers: options.peppers,
    now: options.now ?? (() => new Date()),
    newId: () => timeOrderedId(),
  };
}

export function openStore(options: GatewayOptions, ground: Ground): Promise<IngestStore> {
  const { database, settleDatabase, peppers, now, newId } = ground;
  const isKnownKid = createKidCheck(database.pool);
  return openIngestStore({
    pool: database.pool,
    db: database.db,
    settlePool: settleDatabase.pool,
    databaseUrl: options.databaseUrl,
    // Most ids that are not in the cache are invented.
    loadKey: async (kid) => ((await isKnownKid(kid)) ? findKeyByKid(database.db, kid) : undefined),
    hashesOf: (text) => hashesOf(peppers, text),
    now,
    newId,
    defaultInstanceId: 1,
    limits: options.storeLimits,
    onTrouble: (what, error) => {
      options.log.warn({ err: error }, `trouble ${what}`);
    },
    onCanary: ({ kid, sourceAddress }) => {
      options.log.warn({ kid, sourceAddress }, 'a canary key was used: somebody found it where it was laid');
    },
  });
}

export function openFeed({ databaseUrl, log }: GatewayOptions, { database }: Ground): EventFeed {
  return createEventFeed({
    databaseUrl,
    db: database.db,
    onTrouble: (error) => {
      log.warn({ err: error }, 'trouble hearing of events');
    },
  });
}
