import { canonicalUrl, urlText } from '../../domain/canonical-url';
import type { ReceivedEcho } from '../../registration/read-echo';
import { exitCodes } from '../exit-code';
import { failed, ok, warning, type Check, type Place } from './check';

/** Sent along so that it is seen what arrives: what agents send, and what proxies are known to take away. */
export const probeHeaders: Readonly<Record<string, string>> = {
  'GLPI-Agent-ID': '00000000-0000-4000-8000-000000000000',
  'GLPI-Request-ID': '0000C0DE',
  'GLPI-Proxy-ID': '00000000-0000-4000-8000-000000000000',
};

/** Without it no key arrives that agents send in it. */
const neededHeaders = ['authorization'];
/** Agents and GLPI do without, and less is known of them. */
const wantedHeaders = ['user-agent', 'content-type', ...Object.keys(probeHeaders)];

/** What became of a request on its way, by what the other end says it received. */
export function examineEcho(place: Place, echo: ReceivedEcho, askedUrl: URL): Check[] {
  return [...headerChecks(place, echo), ...urlChecks(place, echo, askedUrl), ...addressChecks(place, echo)];
}

function headerChecks(place: Place, { headers }: ReceivedEcho): Check[] {
  const lacks = (names: readonly string[]): string[] =>
    names.filter((name) => !headers.has(name.toLowerCase()));
  const needed = lacks(neededHeaders);
  if (needed.length > 0) {
    return [
      failed(place, 'headers', {
        what: `${needed.join(', ')} is taken away on the way: no key arrives that agents send in it`,
        nextStep: 'Let the proxy pass it (nginx: proxy_set_header Authorization $http_authorization;).',
        exitCode: exitCodes.refused,
      }),
    ];
  }
  const wanted = lacks(wantedHeaders);
  if (wanted.length > 0) {
    const nextStep = 'Let the proxy pass all headers that it does not know.';
    return [warning(place, 'headers', `taken away on the way: ${wanted.join(', ')}`, nextStep)];
  }
  const via = ['via', 'forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'];
  const added = via.filter((name) => headers.has(name));
  const what = added.length === 0 ? 'all arrive, none is added' : `all arrive; added: ${added.join(', ')}`;
  return [ok(place, 'headers', what)];
}

function urlChecks(place: Place, { seenUrl, trouble, decidedBy }: ReceivedEcho, askedUrl: URL): Check[] {
  const asked = canonicalUrl(askedUrl.href);
  if (asked !== undefined && seenUrl === urlText(asked)) {
    return [ok(place, 'url', `arrives as it was asked, by ${decidedBy ?? 'Host'}`)];
  }
  const seen = seenUrl ?? `not told: ${trouble ?? 'unknown'}`;
  return [
    failed(place, 'url', {
      what: `arrives as another URL, which keys do not fit (${seen})`,
      nextStep:
        'Name the proxy in TRUSTED_PROXIES there, and let it pass Host on, or X-Forwarded-Host and X-Forwarded-Proto (docs/deployment.md).',
      exitCode: exitCodes.refused,
    }),
  ];
}

function addressChecks(place: Place, { headers, clientAddress, peerAddress }: ReceivedEcho): Check[] {
  const isForwarded = headers.has('x-forwarded-for') || headers.has('forwarded');
  if (isForwarded && clientAddress === peerAddress) {
    const what = `a proxy at ${peerAddress} names who asks, and is not believed: all agents seem to come from it`;
    return [
      warning(
        place,
        'headers',
        what,
        `Name it there: TRUSTED_PROXIES=${peerAddress}, and FORWARDED_HEADERS.`,
      ),
    ];
  }
  return [ok(place, 'headers', `this host is seen there as ${clientAddress}`)];
}
