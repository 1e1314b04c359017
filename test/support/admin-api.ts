import { createRematcher } from '../../src/admin/rematcher';
import { refused } from '../../src/domain/verdict';
import { defaultDecodeLimits } from '../../src/protocol/limits';
import { randomBytes } from 'node:crypto';
import express, { type Express } from 'express';
import supertest, { type Response } from 'supertest';
import { v7 } from 'uuid';
import type { AdminDeps, Caller } from '../../src/admin/admin-deps';
import { bootstrap } from '../../src/admin/bootstrap';
import { createInstance } from '../../src/admin/instances';
import { defaultSessionRules } from '../../src/admin/sessions';
import { peppersOf } from '../../src/domain/pepper';
import { createAdminRouter, type AdminRouterDeps } from '../../src/http/admin/admin-router';
import { probeUpstream } from '../../src/upstream/probe-upstream';
import { createLog } from '../../src/observability/log';
import { createEventFeed } from '../../src/store/event-feed';
import { isDatabaseUnavailable, openDatabase } from '../../src/store/database';
import { expectDocumented } from './admin-contract';
import { createTestDatabase } from './test-database';

export type Json = Record<string, unknown>;

/** The admin API on a database of its own, with a second instance beside the first. */
export interface AdminApi {
  readonly deps: AdminDeps;
  readonly databaseUrl: string;
  readonly app: Express;
  /** Of the first instance. */
  readonly token: string;
  readonly caller: Caller;
  readonly rootEntityId: string;
  readonly registrationKey: string;
  readonly firstKid: string;
  readonly other: { readonly token: string; readonly caller: Caller; readonly rootEntityId: string };
  /** Stands still when set. */
  readonly clock: { now: Date | undefined };
  readonly log: readonly string[];
  call(method: string, path: string, options?: CallOptions): Promise<Response>;
  /** As `call`, and the status must be this one. */
  expect(status: number, method: string, path: string, body?: unknown): Promise<Json>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly body?: unknown;
  /** `undefined`: of the first instance; `null`: none. */
  readonly token?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

const publicUrl = 'https://inventory.example';

export async function startAdminApi(over: Partial<AdminRouterDeps> = {}): Promise<AdminApi> {
  const database = await createTestDatabase();
  const opened = openDatabase(database.url, {
    maxConnections: 5,
    connectTimeoutMs: 5000,
    statementTimeoutMs: 30_000,
  });
  const clock: { now: Date | undefined } = { now: undefined };
  const log: string[] = [];
  const deps: AdminDeps = {
    db: opened.db,
    peppers: peppersOf(randomBytes(32)),
    now: () => clock.now ?? new Date(),
    newId: () => v7(),
    random: randomBytes,
    log: createLog({ level: 'info', format: 'json' }, (line) => log.push(line)),
  };
  const made = await bootstrap(deps, { publicUrls: [publicUrl] });
  const second = await createInstance(deps, 'test', { name: 'second', publicUrls: ['https://two.example'] });
  const app = express();
  const feed = createEventFeed({
    databaseUrl: database.url,
    db: opened.db,
    onTrouble: (error) => {
      deps.log.warn({ err: error }, 'feed');
    },
  });
  const { router, streams } = createAdminRouter({
    ...deps,
    feed,
    maxEventStreams: 20,
    agentsSilentDays: 14,
    probeUpstream: (upstream) => probeUpstream(upstream, deps.now),
    effectiveSettings: { version: '0.1.0', items: [] },
    held: {
      read: () => Promise.resolve(undefined),
      replay: () => Promise.reject(new Error('no pipeline behind this API')),
    },
    rematcher: createRematcher({
      ...{ database: opened, decodeLimits: defaultDecodeLimits, now: deps.now, newId: deps.newId },
      validate: () => refused('content_missing'),
    }),
    explain: (input) =>
      Promise.resolve({ ...explained, steps: [{ stage: 'test', result: 'passed', facts: input }] }),
    isUnavailable: isDatabaseUnavailable,
    clientAddressOf: () => '192.0.2.1',
    isHttps: () => false,
    sessionRules: defaultSessionRules,
    ...over,
  });
  app.use('/api/v1', router);
  const call = async (method: string, path: string, { body, token, headers }: CallOptions = {}) => {
    const request = supertest(app)[method as 'get'](`/api/v1${path}`);
    if (token !== null) request.set('Authorization', `Bearer ${token ?? made.adminToken ?? ''}`);
    request.set(headers ?? {});
    const answer = await (body === undefined ? request : request.send(body as object));
    expectDocumented(method, path, answer);
    return answer;
  };
  const { root, kid } = await firstRows(opened.db);
  return {
    deps,
    databaseUrl: database.url,
    app,
    token: made.adminToken ?? '',
    caller: { instanceId: 1, actor: 'test' },
    rootEntityId: root,
    registrationKey: made.registrationKey ?? '',
    firstKid: kid,
    other: {
      token: second.adminToken,
      caller: { instanceId: second.id, actor: 'test' },
      rootEntityId: second.rootEntityId,
    },
    clock,
    log,
    call,
    expect: async (status, method, path, body) => {
      const answer = await call(method, path, { body });
      if (answer.status !== status) {
        throw new Error(`${method} ${path}: ${answer.status} instead of ${status}: ${answer.text}`);
      }
      return answer.body as Json;
    },
    close: async () => {
      streams.close();
      await feed.close();
      await opened.close();
      await database.drop();
    },
  };
}

const explained = {
  verdict: 'accepted',
  outcome: 'created',
  reason: null,
  meaning: null,
  assetId: null,
  entityId: null,
};

async function firstRows(db: AdminDeps['db']): Promise<{ root: string; kid: string }> {
  const root = await db
    .selectFrom('entity')
    .select('entity_id')
    .where('instance_id', '=', 1)
    .executeTakeFirstOrThrow();
  const key = await db
    .selectFrom('registration_key')
    .select('kid')
    .where('instance_id', '=', 1)
    .executeTakeFirstOrThrow();
  return { root: root.entity_id, kid: key.kid };
}
