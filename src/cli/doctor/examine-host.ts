import { statfs } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { once } from 'node:events';
import { canonicalUrl } from '../../domain/canonical-url';
import type { Settings } from '../../settings/settings';
import { exitCodes } from '../exit-code';
import { hostHere } from '../path-test/examine-gateway';
import { ok, problem, warning, type Finding } from './finding';

/** What the settings say of the URLs that keys are bound to, as far as it can be told without asking. */
export function examinePublicUrl({ publicUrls, host, trustedProxies, tlsCertFile }: Settings): Finding {
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

export async function examineDisk({ dataDir, databaseUrl }: Settings): Promise<Finding> {
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
  const isEmbedded = databaseUrl === undefined;
  const beside = isEmbedded ? '' : '; that of the database is its own';
  const what = `${freeMebibytes} MB free in ${dataDir}${beside}`;
  if (freeMebibytes < fullDiskMebibytes) return problem('disk', what, 'Free some space.');
  if (isEmbedded && freeMebibytes < scarceDiskMebibytes) return warning('disk', what, 'Keep 2 GB free.');
  return ok('disk', what);
}

export interface GatewayHere {
  readonly finding: Finding;
  readonly isRunning: boolean;
}

/** On this machine: there it answers within a moment, or nothing is there. */
const readyTimeoutMs = 3000;
const maxReadyBytes = 4096;

/** Whether a gateway listens here, and what it says of itself. */
export async function examineGatewayHere({ host, port, tlsCertFile }: Settings): Promise<GatewayHere> {
  const here = { host: hostHere(host), port, path: '/readyz', timeout: readyTimeoutMs };
  const at = `${host}:${port}`;
  try {
    const said = await askReady(
      tlsCertFile === undefined ? http.get(here) : https.get({ ...here, rejectUnauthorized: false }),
    );
    if (said === undefined) {
      const what = `what listens on ${at} is no gateway`;
      return { finding: problem('gateway', what, 'Set PORT to one that is free.'), isRunning: false };
    }
    const what = `serves on ${at}; database ${said.database}, upstream ${said.upstream}`;
    const finding =
      said.status === 'ok'
        ? ok('gateway', what)
        : problem('gateway', `${what}: takes nothing in`, 'See its log.', exitCodes.unreachable);
    return { finding, isRunning: true };
  } catch (error) {
    const { code = 'no answer' } = error as NodeJS.ErrnoException;
    const finding = warning(
      'gateway',
      `does not run here: nothing answers on ${at} (${code})`,
      'gatehouse serve',
    );
    return { finding, isRunning: false };
  }
}

interface Ready {
  readonly status: string;
  readonly database: string;
  readonly upstream: string;
}

/** Undefined: whatever answers is no gateway. Throws when nothing does. */
async function askReady(request: http.ClientRequest): Promise<Ready | undefined> {
  request.once('timeout', () =>
    request.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
  );
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  let text = '';
  for await (const piece of response.setEncoding('utf8') as AsyncIterable<string>) {
    text += piece;
    if (text.length > maxReadyBytes) break;
  }
  return readReady(text);
}

function readReady(text: string): Ready | undefined {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof said !== 'object' || said === null || !('status' in said)) return undefined;
  const { status, database = 'unknown', upstream = 'unknown' } = said as Record<string, unknown>;
  return { status: String(status), database: String(database), upstream: String(upstream) };
}
