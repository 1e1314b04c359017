import { handshakeOf } from '../domain/handshake';
import {
  carriers,
  clientCertificatePolicies,
  keyScopes,
  type Carrier,
  type ClientCertificatePolicy,
  type KeyScope,
} from '../domain/registration-key';
import { validationBoundsMs, type ValidationPolicy } from '../domain/registration-state';
import type { PathFacts, PathOptions } from '../reach/open-path';
import { PathTrouble } from '../reach/path-trouble';
import { postJson, type JsonAnswer } from '../reach/post-json';
import type { InstallationKind } from '../domain/registered-instance';

/** What an installation tells the server it registers with. */
export interface Introduction {
  readonly installationId: string;
  readonly kind: InstallationKind;
  readonly name: string;
  readonly version: string;
  readonly ownUrl: string | null;
}

export type Presented =
  | {
      readonly kind: 'registered';
      readonly registrationId: string;
      readonly isNew: boolean;
      /** Undefined: the one that was shown stays. */
      readonly token: { readonly text: string; readonly expiresAt: Date } | undefined;
      readonly policy: ValidationPolicy;
      readonly scopes: readonly KeyScope[];
      readonly agent: AgentHints;
    }
  | Refusal;

/** What agents that use the same key are configured with. */
export interface AgentHints {
  readonly carriers: readonly Carrier[];
  readonly tag: string | undefined;
  readonly clientCertificate: ClientCertificatePolicy;
}

/** The server knows who asks, and says no. */
export interface Refusal {
  readonly kind: 'refused';
  /** Code of a reason, see docs/registration.md. */
  readonly code: string;
  readonly message: string;
  /** Of `key_url_mismatch`: as the server saw it, and what the key is good for. */
  readonly seen: string | undefined;
  readonly expected: readonly string[];
}

export interface ServerSays {
  readonly version: string;
  /** Its clock, when it answered. */
  readonly time: Date | undefined;
}

/**
 * Shows a key, or the token that stands for it, to a server.
 * @throws PathTrouble when no Gatehouse was reached, or one that has no time
 */
export async function present(
  server: string,
  credential: string,
  who: Introduction,
  options: PathOptions,
  facts: PathFacts = {},
): Promise<Presented> {
  const { installationId, version } = who;
  const handshake = handshakeOf({ installationId, serverUrl: server, version }).toString('hex');
  const answer = await askServer(
    server,
    'registration',
    credential,
    { ...who, serverUrl: server, handshake },
    options,
    facts,
  );
  const refusal = refusalOf(answer);
  if (refusal !== undefined) return refusal;
  return registeredOf(answer, server);
}

/** @throws PathTrouble */
export async function askServer(
  server: string,
  place: 'registration' | 'echo',
  credential: string | undefined,
  body: unknown,
  options: PathOptions,
  facts: PathFacts = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<JsonAnswer> {
  const url = new URL(`${server.replace(/\/$/, '')}/gatehouse/v1/${place}`);
  const authorization = credential === undefined ? {} : { Authorization: `Bearer ${credential}` };
  const answer = await postJson(
    url,
    body,
    { 'User-Agent': 'Gatehouse', ...authorization, ...headers },
    options,
    facts,
  );
  if (answer.body?.service !== 'gatehouse') throw somethingElse(url, answer);
  if (answer.httpStatus === 429 || answer.httpStatus >= 500) {
    throw new PathTrouble(
      'http',
      `The Gatehouse at ${url.host} has no time now: ${answer.httpStatus} ${shown(answer.phrase)}`,
      'Try again in a minute.',
      `http_${answer.httpStatus}`,
    );
  }
  return answer;
}

export function serverSays({ body, date }: JsonAnswer): ServerSays {
  const time = typeof body?.time === 'string' ? new Date(body.time) : date;
  return { version: typeof body?.version === 'string' ? shown(body.version) : 'unknown', time };
}

export function refusalOf({ httpStatus, body }: JsonAnswer): Refusal | undefined {
  if (httpStatus === 200) return undefined;
  const error = (typeof body?.error === 'object' ? body.error : {}) as Record<string, unknown>;
  const { code, message, seen, expected } = error;
  return {
    kind: 'refused',
    code: typeof code === 'string' ? shown(code) : 'unknown',
    message: typeof message === 'string' ? shown(message) : '',
    seen: typeof seen === 'string' ? shown(seen) : undefined,
    expected: Array.isArray(expected) ? expected.map((one) => shown(String(one))).slice(0, 20) : [],
  };
}

function somethingElse(url: URL, { httpStatus, phrase, contentType }: JsonAnswer): PathTrouble {
  const isProxy = httpStatus === 407;
  if (isProxy) {
    const nextStep = 'It wants a user and password: HTTP_PROXY=http://user:password@proxy:port';
    return new PathTrouble('proxy', `The proxy refuses: 407 ${shown(phrase)}`, nextStep, 'proxy_407');
  }
  return new PathTrouble(
    'http',
    `What answers at ${url.host} is no Gatehouse: ${httpStatus} ${shown(phrase)}, ${shown(contentType) || 'without a type'}.`,
    httpStatus >= 300 && httpStatus < 400
      ? 'It sends elsewhere: give the URL that it leads to.'
      : `Check the URL and the proxies before it: ${url.pathname} must reach Gatehouse.`,
    `http_${httpStatus}`,
  );
}

function registeredOf({ body, httpStatus, phrase, contentType }: JsonAnswer, server: string): Presented {
  const { registrationId, token, tokenExpiresAt, validateEverySeconds, graceSeconds, scopes } = body ?? {};
  if (typeof registrationId !== 'string') {
    throw somethingElse(new URL(server), { body, httpStatus, phrase, contentType, date: undefined });
  }
  const given =
    typeof token === 'string' && typeof tokenExpiresAt === 'string'
      ? { text: token, expiresAt: new Date(tokenExpiresAt) }
      : undefined;
  const { everyMin, everyMax, graceMax } = validationBoundsMs;
  const everyMs = bounded(validateEverySeconds, everyMin, everyMax);
  return {
    kind: 'registered',
    registrationId,
    isNew: body?.isNew === true,
    token: given,
    policy: { everyMs, graceMs: bounded(graceSeconds, everyMs, graceMax) },
    scopes: Array.isArray(scopes) ? keyScopes.filter((scope) => scopes.includes(scope)) : [],
    agent: hintsOf(body?.agent),
  };
}

function hintsOf(said: unknown): AgentHints {
  const hints = (typeof said === 'object' && said !== null ? said : {}) as Record<string, unknown>;
  const given: readonly unknown[] = Array.isArray(hints.carriers) ? hints.carriers : [];
  return {
    carriers: carriers.filter((carrier) => given.includes(carrier)),
    tag: typeof hints.tag === 'string' ? hints.tag : undefined,
    clientCertificate:
      clientCertificatePolicies.find((policy) => policy === hints.clientCertificate) ?? 'optional',
  };
}

function bounded(seconds: unknown, minMs: number, maxMs: number): number {
  const ms = typeof seconds === 'number' ? seconds * 1000 : minMs;
  return Math.min(Math.max(ms, minMs), maxMs);
}

/** Text of a server that may be any. */
function shown(text: string): string {
  return text.replace(/\p{C}/gu, '?').slice(0, 300);
}
