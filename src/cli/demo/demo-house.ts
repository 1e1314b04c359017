import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { bootstrap } from '../../admin/bootstrap';
import type { Log } from '../../observability/log';
import { readPeppers } from '../../settings/pepper';
import { readSettings, type Settings } from '../../settings/settings';
import { openDatabase } from '../../store/database';
import { migrate } from '../../store/migrate';
import { adminDepsOf } from '../admin-session';
import { freePort } from '../free-port';
import { openDatabaseServer } from '../open-database-server';
import { startGateway } from '../serve/start-gateway';

export interface DemoGateway {
  readonly port: number;
  readonly apiUrl: string;
  readonly adminToken: string;
  /** Stops everything and removes the data. */
  close(): Promise<void>;
}

/** A gateway on a throw-away database of its own: no setting of the person who runs the demo reaches it. */
export async function openDemoGateway(log: Log, note: (line: string) => void): Promise<DemoGateway> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'gatehouse-demo-'));
  const undo: (() => Promise<void>)[] = [() => rm(dataDir, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const step of undo.reverse().splice(0)) await step();
  };
  try {
    const settings = await demoSettings(dataDir);
    const server = await openDatabaseServer(settings, { waitMs: 0, note });
    undo.push(() => server.release());
    const adminToken = await setUp(settings, server.url, log);
    const running = await startGateway(settings, server.url, log);
    undo.push(() => running.close(drainMs));
    const { port } = running.address;
    return { port, apiUrl: `http://localhost:${port}/api/v1`, adminToken, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const host = '127.0.0.1';
const drainMs = 5000;

async function demoSettings(dataDir: string): Promise<Settings> {
  const port = await freePort(host);
  const read = readSettings({ HOST: host, PORT: String(port), DATA_DIR: dataDir });
  if (!read.ok) throw new Error(`the demo's own settings are not valid: ${read.faults.join('; ')}`);
  return read.settings;
}

async function setUp(settings: Settings, databaseUrl: string, log: Log): Promise<string> {
  await migrate(databaseUrl);
  const database = openDatabase(databaseUrl, {
    maxConnections: 1,
    connectTimeoutMs: settings.databaseConnectTimeoutMs,
    statementTimeoutMs: settings.databaseStatementTimeoutMs,
  });
  try {
    const adminToken = `demo-${randomBytes(24).toString('hex')}`;
    const deps = adminDepsOf(database, readPeppers(settings), log);
    await bootstrap(deps, { publicUrls: settings.publicUrls, adminToken });
    return adminToken;
  } finally {
    await database.close();
  }
}
