import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { deflateSync, gunzipSync, inflateSync } from 'node:zlib';
import { bootstrap } from '../../src/admin/bootstrap';
import { defaultSessionRules } from '../../src/admin/sessions';
import { peppersOf } from '../../src/domain/pepper';
import type { GatewayOptions } from '../../src/gateway/gateway-options';
import { openGateway, type Gateway } from '../../src/gateway/open-gateway';
import type { RunningServer } from '../../src/http/server';
import { createLog } from '../../src/observability/log';
import { defaultDecodeLimits } from '../../src/protocol/limits';
import { openDatabase } from '../../src/store/database';
import { createWatch, rowsOf } from './secret-watch';
import { createTestDatabase, type TestDatabase } from './test-database';
import { v7 } from 'uuid';

/** A whole gateway on a database of its own, listening on loopback, with everything it logged. */
export interface TestGateway {
  readonly gateway: Gateway;
  /** What it was opened with. */
  readonly options: GatewayOptions;
  readonly server: RunningServer;
  readonly database: TestDatabase;
  readonly url: string;
  readonly adminToken: string;
  readonly key: string;
  readonly log: readonly string[];
  readonly clock: { now: Date | undefined };
  post(path: string, message: AgentRequest): Promise<AgentAnswer>;
  get(path: string, headers?: Record<string, string>): Promise<AgentAnswer>;
  api<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T>;
  newKey(over?: Record<string, unknown>): Promise<{ kid: string; key: string }>;
  sql<T extends object>(text: string, values?: unknown[]): Promise<T[]>;
  /** A second gateway on the same database, as another process would be. */
  twin(over?: Partial<GatewayOptions>): Promise<Twin>;
  close(): Promise<void>;
}

export interface Twin {
  readonly gateway: Gateway;
  post(path: string, message: AgentRequest): Promise<AgentAnswer>;
  close(): Promise<void>;
}

export interface AgentRequest {
  /** As sent, byte for byte; or text, which is compressed as agents do. */
  readonly body: Buffer | string;
  readonly headers?: Record<string, string>;
  /** Sent as Basic user; `false` sends no credential. */
  readonly key?: string | false;
}

export interface AgentAnswer {
  readonly status: number;
  readonly phrase: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly bytes: Buffer;
  /** Body, inflated where it is zlib or gzip. */
  readonly text: string;
}

const watch = createWatch();

export const basic = (user: string, password = 'x') =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

export const storeLimits: GatewayOptions['storeLimits'] = {
  settleConnections: 2,
  settleMaxBatch: 64,
  settleMaxQueue: 2000,
  keyCacheTtlMs: 30_000,
  keyCacheMaxKeys: 1000,
  refusalFoldMaxSources: 1000,
  maxAgentsWithoutAssetPerKey: 10_000,
};

export interface TestGatewayOptions extends Partial<GatewayOptions> {
  /** Gives the URL by which the gateway reaches its database, e.g. through a proxy. */
  readonly reachDatabase?: (databaseUrl: string) => Promise<string>;
}

export async function startTestGateway({
  reachDatabase = (url) => Promise.resolve(url),
  ...over
}: TestGatewayOptions = {}): Promise<TestGateway> {
  const database = await createTestDatabase();
  const pepper = randomBytes(32);
  const peppers = peppersOf(pepper);
  watch.add(pepper.toString('hex'));
  watch.add(pepper.toString('base64'));
  const log: string[] = [];
  const clock: { now: Date | undefined } = { now: undefined };
  // The port is part of the URL that keys are bound to, so it must be known before the set-up.
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const setUp = openDatabase(database.url, {
    maxConnections: 2,
    connectTimeoutMs: 5000,
    statementTimeoutMs: 30_000,
  });
  const now = () => clock.now ?? new Date();
  const made = await bootstrap(
    { db: setUp.db, peppers, now, newId: () => v7(), random: randomBytes },
    { publicUrls: [`http://localhost:${port}`] },
  );
  await setUp.close();
  const options: GatewayOptions = {
    databaseUrl: await reachDatabase(database.url),
    maxConnections: 5,
    connectTimeoutMs: 2000,
    statementTimeoutMs: 30_000,
    peppers,
    origin: { trustedProxies: [], headerFamily: 'x-forwarded' },
    clientCertHeader: 'none',
    decodeLimits: defaultDecodeLimits,
    storeLimits,
    rateLimits: {
      maxPerMinutePerKey: 300_000,
      maxPerMinutePerAddress: 180_000,
      maxPerMinutePerDevice: 600,
      maxRefusedPerMinutePerAddress: 600,
      maxRefusedPerMinutePerKey: 600,
      rateLimitMaxRemembered: 1000,
      workers: 1,
    },
    // Whoever tests what becomes of bad keys does not wait for it.
    lateRefusals: { maxPromptRefusalsPerSecond: 100_000, maxLateRefusals: 0 },
    maxBodyBytes: 16 * 1024 * 1024,
    bodyTimeoutMs: 10_000,
    maxInFlight: 512,
    maxBufferedBytes: 256 * 1024 * 1024,
    expirationHours: 24,
    glpiVersion: '10.0.16',
    sessionRules: defaultSessionRules,
    agentsSilentDays: 14,
    maxEventStreams: 20,
    registration: { validateEveryMs: 6 * 3_600_000, graceMs: 14 * 86_400_000, maxRegistrationsPerKey: 100 },
    version: '0.1.0',
    now,
    log: createLog({ level: 'trace', format: 'json' }, (line) => log.push(line)),
    ...over,
  };
  const gateway = await openGateway(options);
  const server = await gateway.listen({ host: '127.0.0.1', port });
  const { adminToken = '', registrationKey = '' } = made;
  watch.see(`${adminToken} ${registrationKey}`);
  const api = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    watch.see(text);
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as T;
  };
  return {
    gateway,
    options,
    server,
    database,
    url,
    adminToken,
    key: registrationKey,
    log,
    clock,
    api,
    post: (path, message) => postAsAgent(port, path, { key: registrationKey, ...message }),
    get: (path, headers = { authorization: basic(registrationKey) }) => request(port, 'GET', path, headers),
    newKey: async (body = {}) => {
      const { items } = await api<{ items: { id: string; parentId: string | null }[] }>('GET', '/entities');
      const root = items.find(({ parentId }) => parentId === null);
      return api('POST', '/keys', { name: 'another', entityId: root?.id, ...body });
    },
    sql: async <T extends object>(text: string, values?: unknown[]) =>
      (await gateway.database.pool.query<T>(text, values)).rows,
    twin: async (more = {}) => {
      // Listens where keys are not bound to, so that Host must name the first.
      const second = await openGateway({ ...options, ...more });
      const running = await second.listen({ host: '127.0.0.1', port: 0 });
      return {
        gateway: second,
        post: (path, message) =>
          postAsAgent(running.address.port, path, {
            key: registrationKey,
            ...message,
            headers: { host: `localhost:${port}`, ...message.headers },
          }),
        close: async () => {
          await running.close(1000);
          await second.close();
        },
      };
    },
    close: async () => {
      const metrics = await fetch(`${url}/metrics`).then((answer) => answer.text(), String);
      await server.close(1000);
      await gateway.close();
      watch.leave({ log: log.join('\n'), metrics, rows: await rowsOf(database.url) });
      await database.drop();
    },
  };
}

/** As agents post: text is compressed, the key is the user of Basic. */
function postAsAgent(
  port: number,
  path: string,
  { body, headers, key = false }: AgentRequest,
): Promise<AgentAnswer> {
  const isText = typeof body === 'string';
  return request(
    port,
    'POST',
    path,
    {
      ...(isText ? { 'content-type': 'application/x-compress-zlib' } : {}),
      ...(key === false ? {} : { authorization: basic(key) }),
      ...headers,
    },
    isText ? deflateSync(body) : body,
  );
}

async function freePort(): Promise<number> {
  const probe = http.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Plain node:http, so that a test says exactly which headers and bytes are sent. */
export async function request(
  port: number,
  method: string,
  path: string,
  headers: http.OutgoingHttpHeaders,
  body?: Buffer,
): Promise<AgentAnswer> {
  const { outgoing, answer } = openRequest(port, method, path, headers);
  outgoing.end(body);
  return await answer;
}

export interface OpenRequest {
  /** To write the body to, in pieces; without Content-Length they go as chunks. */
  readonly outgoing: http.ClientRequest;
  readonly answer: Promise<AgentAnswer>;
}

/** A request whose body is the test's to send. */
export function openRequest(
  port: number,
  method: string,
  path: string,
  headers: http.OutgoingHttpHeaders | readonly string[],
): OpenRequest {
  watch.see(`${path} ${JSON.stringify(headers)}`);
  const outgoing = http.request({ host: '127.0.0.1', port, method, path, headers, agent: false });
  const answer = new Promise<AgentAnswer>((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const bytes = Buffer.concat(chunks);
        const text = inflated(bytes).toString();
        if (text.includes('gr')) watch.see(text);
        resolve({
          status: incoming.statusCode ?? 0,
          phrase: incoming.statusMessage ?? '',
          headers: incoming.headers,
          rawHeaders: incoming.rawHeaders,
          bytes,
          text,
        });
      });
    });
  });
  // A test that never looks at the answer must not end the process with it.
  answer.catch(() => undefined);
  return { outgoing, answer };
}

function inflated(bytes: Buffer): Buffer {
  if (bytes[0] === 0x78) return inflateSync(bytes);
  return bytes[0] === 0x1f ? gunzipSync(bytes) : bytes;
}
