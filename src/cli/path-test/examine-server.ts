import { parseSecret } from '../../domain/key-format';
import type { PathOptions } from '../../reach/open-path';
import type { JsonAnswer } from '../../reach/post-json';
import { keyRefused } from '../../registration/key-refused';
import { askServer, refusalOf, serverSays } from '../../registration/present';
import { readEcho } from '../../registration/read-echo';
import { exitCodes } from '../exit-code';
import { failed, ok, skipped, type Check, type Place } from './check';
import { examineClock } from './examine-clock';
import { examineEcho, probeHeaders } from './examine-echo';
import { walk } from './walk';

/** The server that this installation registers with, or is registered with: the way to it, and the key there. */
export async function examineServer(
  server: string,
  key: string | undefined,
  path: PathOptions,
  now: () => Date,
): Promise<Check[]> {
  const place: Place = { target: 'server', url: server };
  const url = echoUrl(server);
  const before = now();
  const { checks, answer } = await walk(
    place,
    url,
    (facts) => askServer(server, 'echo', key, {}, path, facts, probeHeaders),
    before,
  );
  if (answer === undefined) return [...checks, skipped(place, 'key', 'not come to')];
  const says = serverSays(answer);
  return [
    ...checks,
    ok(place, 'http', `a Gatehouse answers, version ${says.version}`),
    ...examineClock(place, says.time, before, now()),
    ...examineKey(place, answer, key, url),
  ];
}

export function echoUrl(server: string): URL {
  return new URL(`${server.replace(/\/$/, '')}/gatehouse/v1/echo`);
}

function examineKey(place: Place, answer: JsonAnswer, key: string | undefined, url: URL): Check[] {
  if (key === undefined) {
    return [
      skipped(place, 'key', 'none was given', 'Give it: gatehouse test - < key.txt, or --key-file FILE'),
    ];
  }
  const refusal = refusalOf(answer);
  if (refusal !== undefined) {
    const { layer, message, nextStep } = keyRefused(refusal, place.url ?? '');
    // The key was sent: what did not arrive was taken away.
    const where = refusal.code === 'key_missing' ? 'headers' : layer;
    return [failed(place, where, { what: message, nextStep, exitCode: exitCodes.refused })];
  }
  const parsed = parseSecret('grk', key);
  const kid = parsed.form === 'ok' ? parsed.id : '';
  const echo = readEcho(answer);
  return [
    ...(echo === undefined ? [] : examineEcho(place, echo, url)),
    ok(place, 'key', `${kid} is good under this URL`),
  ];
}
