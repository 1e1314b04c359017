import type { AdminDeps } from '../../admin/admin-deps';
import type { Log } from '../../observability/log';
import { readPeppers } from '../../settings/pepper';
import type { Settings } from '../../settings/settings';
import { openDatabase, type Database } from '../../store/database';
import { readServerFacts } from '../../store/health/server-facts';
import { listInstances, type InstanceRecord } from '../../store/instances';
import { readSchemaState } from '../../store/schema-state';
import { adminDepsOf, hasEmbeddedCluster } from '../admin-session';
import { explainFault } from '../failure';
import { openDatabaseServer } from '../open-database-server';
import { ok, problem, warning, type Finding } from './finding';
import { judgeDatabaseClock, judgeServer } from './judge-server';

/** A database that can be asked how the installation fares. */
export interface House {
  readonly admin: AdminDeps;
  readonly pool: Database['pool'];
  readonly instances: readonly InstanceRecord[];
}

export interface Opened {
  readonly findings: readonly Finding[];
  /** Undefined: the findings say why. */
  readonly house: House | undefined;
  close(): Promise<void>;
}

/** Each looks at a bounded number of rows; what takes longer is told of. */
const statementTimeoutMs = 10_000;
const maxConnections = 4;

/** Never throws, and makes no database where there is none. */
export async function openHouse(settings: Settings, log: Log): Promise<Opened> {
  const isEmbedded = settings.databaseUrl === undefined;
  if (isEmbedded && !hasEmbeddedCluster(settings.dataDir)) {
    const what = `not made yet: the first start makes it in ${settings.dataDir}`;
    return nothing(warning('database', what, 'npm start (or gatehouse serve)'));
  }
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closers.reverse()) await one();
  };
  try {
    const server = await openDatabaseServer(settings, { waitMs: 0, note: () => undefined });
    closers.push(() => server.release());
    const database = openDatabase(server.url, {
      maxConnections,
      connectTimeoutMs: settings.databaseConnectTimeoutMs,
      statementTimeoutMs: Math.min(settings.databaseStatementTimeoutMs, statementTimeoutMs),
    });
    closers.push(() => database.close());
    const where = isEmbedded ? `embedded, in ${settings.dataDir}` : 'of DATABASE_URL';
    return { ...(await lookAt(database, settings, where, log)), close };
  } catch (error) {
    log.debug({ err: error }, 'doctor: database');
    await close();
    const { message, nextStep, exitCode } = explainFault(error);
    return nothing(problem('database', message, nextStep, exitCode));
  }
}

function nothing(finding: Finding): Opened {
  return { findings: [finding], house: undefined, close: () => Promise.resolve() };
}

async function lookAt(
  database: Database,
  settings: Settings,
  where: string,
  log: Log,
): Promise<Omit<Opened, 'close'>> {
  const before = new Date();
  const facts = await readServerFacts(database.pool);
  const { applied, known, isSetUp } = await readSchemaState(database.pool);
  const schema = judgeSchema(applied, known, isSetUp);
  const findings = [
    ...judgeServer(facts, where, settings),
    judgeDatabaseClock(facts.time, before, new Date()),
    schema,
  ];
  if (schema.state !== 'ok') return { findings, house: undefined };
  try {
    const admin = adminDepsOf(database, readPeppers(settings), log, settings);
    const instances = await listInstances(admin.db);
    return { findings, house: { admin, pool: database.pool, instances } };
  } catch (error) {
    const { message, nextStep, exitCode } = explainFault(error);
    return { findings: [...findings, problem('pepper', message, nextStep, exitCode)], house: undefined };
  }
}

function judgeSchema(applied: number, known: number, isSetUp: boolean): Finding {
  const at = `at migration ${applied}, this version knows ${known}`;
  if (applied > known) return problem('schema', at, 'A newer version has used it: run that one.');
  if (applied < known) return warning('schema', at, 'gatehouse migrate, or start the gateway');
  return isSetUp ? ok('schema', at) : warning('schema', 'empty', 'Start the gateway once.');
}
