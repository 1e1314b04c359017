import { statfs } from 'node:fs/promises';
import { checkPepper, countsText, pepperReport } from '../admin/pepper';
import type { AdminDeps } from '../admin/admin-deps';
import { summariseForwarding } from '../admin/forwarding/summary';
import { canonicalUrl } from '../domain/canonical-url';
import type { Log } from '../observability/log';
import { readPeppers } from '../settings/pepper';
import type { Settings } from '../settings/settings';
import { openDatabase } from '../store/database';
import { readSchemaState } from '../store/schema-state';
import { adminDepsOf, hasEmbeddedCluster } from './admin-session';
import { examineTls } from './doctor-tls';
import { explainFault } from './failure';
import { ok, problem, warning, type Finding } from './finding';
import { openDatabaseServer } from './open-database-server';

/** Looks for what commonly goes wrong. Changes nothing, and makes no database where there is none. */
export async function examine(settings: Settings, log: Log): Promise<Finding[]> {
  return [
    ok('settings', 'all can be read'),
    ...(await examineDatabase(settings, log)),
    examinePublicUrl(settings),
    ...examineTls(settings),
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
    const admin = adminDepsOf(database, readPeppers(settings), log);
    return [schema, await examinePepper(admin), ...(await examineUpstreams(admin))];
  } catch (error) {
    const { message, nextStep, exitCode } = explainFault(error);
    return [problem('pepper', message, nextStep, exitCode)];
  } finally {
    await database.close();
  }
}

async function examinePepper(admin: AdminDeps): Promise<Finding> {
  await checkPepper(admin);
  const { previous, missing } = await pepperReport(admin);
  for (const uses of missing) {
    const what = `${countsText(uses)} need another pepper (${uses.pepperId}) that is not given`;
    return problem('pepper', what, 'Give it as KEY_PEPPER_PREVIOUS, or revoke them.');
  }
  if (admin.peppers.previous === undefined) return ok('pepper', 'fits the keys of this database');
  const left = countsText(previous);
  return left === ''
    ? ok('pepper', 'nothing needs KEY_PEPPER_PREVIOUS any more: remove it')
    : ok('pepper', `fits; ${left} still need KEY_PEPPER_PREVIOUS until they are used`);
}

/** How passing on fares; whether the way is open says gatehouse upstream test. */
async function examineUpstreams(admin: AdminDeps): Promise<Finding[]> {
  const upstreams = await summariseForwarding(admin);
  if (upstreams.length === 0) return [ok('upstream', 'none: inventories are stored here only')];
  return upstreams.map(({ instanceId, state, why, url, waiting, dead }) => {
    const what = `${url} (instance ${instanceId}): ${state}${why === null ? '' : ` (${why})`}, ${waiting} wait, ${dead} given up`;
    if (state === 'down')
      return warning('upstream', what, 'gatehouse upstream test; nothing is lost meanwhile');
    if (state === 'paused') return warning('upstream', what, 'gatehouse forward resume, when GLPI is ready');
    return dead > 0 ? warning('upstream', what, 'gatehouse forward status says why') : ok('upstream', what);
  });
}

function examinePublicUrl({ publicUrls, host, trustedProxies, tlsCertFile }: Settings): Finding {
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
  const isTlsHere = tlsCertFile !== undefined;
  if (isTlsHere && trustedProxies.length === 0 && urls.every((url) => url?.scheme === 'http')) {
    return warning(
      'public URL',
      `${shown}, but TLS is served: every request comes by https`,
      'Set PUBLIC_URL to the https URL that agents are configured with.',
    );
  }
  if (!isTlsHere && urls.some((url) => url?.scheme === 'https') && trustedProxies.length === 0) {
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
