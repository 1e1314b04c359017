import type { AdminDeps } from '../../admin/admin-deps';
import { issueSecret } from '../../domain/key-format';
import type { PathOptions } from '../../reach/open-path';
import { askServer, refusalOf, serverSays } from '../../registration/present';
import { readEcho } from '../../registration/read-echo';
import { insertNonce, removeNonce } from '../../store/echo-nonces';
import { exitCodes } from '../exit-code';
import { failed, ok, skipped, type Check, type Place } from './check';
import { examineClock } from './examine-clock';
import { examineEcho, probeHeaders } from './examine-echo';
import { echoUrl } from './examine-server';
import { walk } from './walk';

/** A nonce is used within the time that one way may take. */
const nonceLifeMs = 120_000;
/** Shows whether it arrives; nobody takes it for a key. */
const harmlessAuthorization = `Basic ${Buffer.from('gatehouse-test:x').toString('base64')}`;

export interface AskedUrl {
  readonly url: string;
  readonly instanceId: number;
}

/**
 * Asks this gateway under its own public URL, from here over whatever stands before it, with a nonce that only its
 * database knows: so it is this gateway that answers, and it says what arrived.
 */
export async function examinePublicUrl(
  admin: AdminDeps,
  { url: publicUrl, instanceId }: AskedUrl,
  isRunning: boolean,
  path: PathOptions,
): Promise<Check[]> {
  const nonce = await makeNonce(admin, instanceId);
  try {
    return await examineWith(nonce.full, admin, publicUrl, isRunning, path);
  } finally {
    await removeNonce(admin.db, instanceId, nonce.id);
  }
}

async function examineWith(
  nonce: string,
  { now }: AdminDeps,
  publicUrl: string,
  isRunning: boolean,
  path: PathOptions,
): Promise<Check[]> {
  const place: Place = { target: 'public URL', url: publicUrl };
  const url = echoUrl(publicUrl);
  const headers = {
    ...probeHeaders,
    Authorization: harmlessAuthorization,
    'X-Gatehouse-Nonce': nonce,
  };
  const before = now();
  const { checks, answer } = await walk(
    place,
    url,
    (facts) => askServer(publicUrl, 'echo', undefined, {}, path, facts, headers),
    before,
  );
  if (answer === undefined) return isRunning ? [...checks] : checks.map(asNotRunning);
  const says = serverSays(answer);
  const echo = refusalOf(answer) === undefined ? readEcho(answer) : undefined;
  const service =
    echo === undefined
      ? failed(place, 'service', {
          what: `a Gatehouse answers (version ${says.version}), and it is not this one`,
          nextStep:
            'Check where the name and the proxy lead to. If it is this one, X-Gatehouse-Nonce is taken away on the way.',
          exitCode: exitCodes.refused,
        })
      : ok(place, 'http', `this gateway answers, version ${says.version}`);
  return [
    ...checks,
    service,
    ...examineClock(place, says.time, before, now()),
    ...(echo === undefined ? [] : examineEcho(place, echo, url)),
  ];
}

async function makeNonce(
  { db, peppers, random, now }: AdminDeps,
  instanceId: number,
): Promise<{ readonly id: string; readonly full: string }> {
  const { id, full } = issueSecret('grn', random);
  const at = now();
  const expiresAt = new Date(at.getTime() + nonceLifeMs);
  await insertNonce(db, instanceId, { nonceId: id, mac: peppers.active.macOf(full), expiresAt }, at);
  return { id, full };
}

/** Nothing can answer as long as the gateway does not run: that the way ends there is no fault of the way. */
function asNotRunning(check: Check): Check {
  if (check.state !== 'failed' || (check.layer !== 'tcp' && check.layer !== 'http')) return check;
  return skipped(check, check.layer, `${check.what} The gateway does not run.`, 'Start it: gatehouse serve');
}
