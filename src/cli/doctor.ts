import { statfs } from 'node:fs/promises';
import { checkPepper } from '../admin/bootstrap';
import { canonicalUrl } from '../domain/canonical-url';
import type { Log } from '../observability/log';
import { readPepper } from '../settings/pepper';
import type { Settings } from '../settings/settings';
import { openDatabase } from '../store/database';
import { readSchemaState } from '../store/schema-state';
import { adminDepsOf, hasEmbeddedCluster } from './admin-session';
import { exitCodes, type ExitCode } from './exit-code';
import { explainFault } from './failure';
import { openDatabaseServer } from './open-database-server';

export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'problem';
  readonly what: string;
  /** What to do about it. */
  readonly nextStep?: string;
  /** Of a problem. */
  readonly exitCode?: ExitCode;
}

const ok = (check: string, what: string): Finding => ({ check, state: 'ok', what });
const warning = (check: string, what: string, nextStep: string): Finding => ({
  check,
  state: 'warning',
  what,
  nextStep,
});
const problem = (check: string, what: string, nextStep?: string, exitCode?: ExitCode): Finding => ({
  check,
  state: 'problem',
  what,
  exitCode: exitCode ?? exitCodes.refused,
  ...(nextStep === undefined ? {} : { nextStep }),
});

/** Looks for what commonly goes wrong. Changes nothing, and makes no database where there is none. */
export async function examine(settings: Settings, log: Log): Promise<Finding[]> {
  return [
    ok('settings', 'all can be read'),
    ...(await examineDatabase(settings, log)),
    examinePublicUrl(settings),
    await examineDisk(settings),
  ];
}

async function examineDatabase(settings: Settings, log: Log): Promise<Finding[]> {
  const isEmbedded = settings.databaseUrl === undefined;
  if (isEmbedded && !hasEmbeddedCluster(settings.dataDir)) {
    const what = `not made yet: the first start makes it in ${settings.dataDir}`;
    return [warning('database', what, 'npm start (or gatehouse serve)')];
  }
  const findings: Finding[] = [];
  try {
    const server = await openDatabaseServer(settings, { waitMs: 0, note: () => undefined });
    try {
      findings.push(ok('database', isEmbedded ? `embedded, in ${settings.dataDir}` : 'answers'));
      findings.push(...(await examineContents(settings, server.url, log)));
    } finally {
      await server.release();
    }
  } catch (error) {
    const { message, nextStep, exitCode } = explainFault(error);
    findings.push(problem('database', message, nextStep, exitCode));
  }
  return findings;
}

async function examineContents(settings: Settings, url: string, log: Log): Promise<Finding[]> {
  const database = openDatabase(url, {
    maxConnections: 1,
    connectTimeoutMs: settings.databaseConnectTimeoutMs,
    statementTimeoutMs: settings.databaseStatementTimeoutMs,
  });
  try {
    const { applied, known, isSetUp } = await readSchemaState(database.pool);
    const at = `at migration ${applied}, this version knows ${known}`;
    if (applied > known) return [problem('schema', at, 'A newer version has used it: run that one.')];
    if (applied < known) return [warning('schema', at, 'gatehouse migrate, or start the gateway')];
    const schema = isSetUp ? ok('schema', at) : warning('schema', 'empty', 'Start the gateway once.');
    await checkPepper(adminDepsOf(database, readPepper(settings), log));
    return [schema, ok('pepper', 'fits the keys of this database')];
  } catch (error) {
    const { message, nextStep, exitCode } = explainFault(error);
    return [problem('pepper', message, nextStep, exitCode)];
  } finally {
    await database.close();
  }
}

function examinePublicUrl({ publicUrls, host, trustedProxies }: Settings): Finding {
  const urls = publicUrls.map((text) => canonicalUrl(text));
  const shown = publicUrls.join(', ');
  const isLocalOnly = urls.every((url) => url?.host === 'localhost');
  if (isLocalOnly && host !== '127.0.0.1' && host !== '::1' && host !== 'localhost') {
    return warning(
      'public URL',
      `${shown}, while HOST is ${host}: keys are good for this machine only`,
      'Set PUBLIC_URL to the URL that agents are configured with.',
    );
  }
  if (urls.some((url) => url?.scheme === 'https') && trustedProxies.length === 0) {
    return warning(
      'public URL',
      `${shown}, but no proxy is trusted: every request seems to come by http`,
      'Set TRUSTED_PROXIES to the addresses of the TLS proxy.',
    );
  }
  return ok('public URL', shown);
}

const mebibyte = 1024 * 1024;
/** The embedded database alone takes 40 MB empty, and its write-ahead log grows to 1 GB under load. */
const scarceDiskMebibytes = 2048;
const fullDiskMebibytes = 200;

async function examineDisk({ dataDir }: Settings): Promise<Finding> {
  const disk = await statfs(dataDir).catch(
    (error: unknown) => (error as NodeJS.ErrnoException).code ?? 'unknown',
  );
  if (typeof disk === 'string') {
    return disk === 'ENOENT'
      ? ok('disk', `${dataDir} is not there yet`)
      : problem(
          'disk',
          `${dataDir} cannot be looked at (${disk})`,
          'Let the user of Gatehouse own DATA_DIR.',
        );
  }
  const freeMebibytes = Math.floor((disk.bavail * disk.bsize) / mebibyte);
  const what = `${freeMebibytes} MB free in ${dataDir}`;
  if (freeMebibytes < fullDiskMebibytes) return problem('disk', what, 'Free some space.');
  if (freeMebibytes < scarceDiskMebibytes) return warning('disk', what, 'Keep 2 GB free.');
  return ok('disk', what);
}
