import { lookup, type LookupAddress } from 'node:dns';
import { lookup as lookUp } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, ProxyAgent } from 'undici';
import { hostOf, objectionToAny, plainHttpObjection, type TargetRules } from './target-rules';

/** What came of one request. */
export type SendResult =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfterMs: number | undefined }
  /** `why`: for an admin; holds nothing of an answer. */
  | { readonly kind: 'no-answer'; readonly why: string };

export interface Sender {
  send(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<SendResult>;
  close(): Promise<void>;
}

const connectTimeoutMs = 5_000;
const maxRetryAfterMs = 60 * 60_000;

/** The target's name leads where the rules do not allow. */
class TargetRefused extends Error {
  override readonly name = 'TargetRefused';
}

export interface SenderSettings {
  readonly timeoutMs: number;
  /** Undefined: directly. */
  readonly proxy?: string | undefined;
}

/**
 * Posts to webhooks. Which addresses may be connected to is decided when the name is looked up for the connection, so
 * that a name which leads elsewhere the second time gets nowhere. A proxy looks names up by itself: then what this host
 * knows of a name is asked before, and the rest is for the proxy to say. Redirects are not followed, and nothing of an
 * answer is kept but its status: an answer from inside must not be readable by whoever made the webhook.
 */
export function createSender(rules: TargetRules, { timeoutMs, proxy }: SenderSettings): Sender {
  const agents =
    proxy === undefined
      ? { http: agentOf(rules, false, timeoutMs), https: agentOf(rules, true, timeoutMs) }
      : proxyAgents(proxy, timeoutMs);
  return {
    send: async (text, headers, body) => {
      const url = new URL(text);
      const isTls = url.protocol === 'https:';
      const objection = await objectionBefore(rules, hostOf(url), isTls, proxy !== undefined);
      if (objection !== undefined) return { kind: 'no-answer', why: objection };
      try {
        const answer = await agents[isTls ? 'https' : 'http'].request({
          ...{ origin: url.origin, path: `${url.pathname}${url.search}`, method: 'POST', headers, body },
          signal: AbortSignal.timeout(timeoutMs),
        });
        // Read away, a little of it; the connection of a long answer is given up.
        await answer.body.dump({ limit: 16_384 });
        return { kind: 'answered', status: answer.statusCode, retryAfterMs: waitOf(answer.headers) };
      } catch (error) {
        return { kind: 'no-answer', why: whyOf(error, timeoutMs) };
      }
    },
    close: async () => {
      await Promise.all([agents.http.destroy(), agents.https.destroy()]);
    },
  };
}

/** Of an address that is written in the URL; and, where a proxy will look it up, of a name that leads inside from here. */
async function objectionBefore(
  rules: TargetRules,
  host: string,
  isTls: boolean,
  isProxied: boolean,
): Promise<string | undefined> {
  if (isIP(host) !== 0) return rules.objectionTo(host, isTls);
  if (!isProxied) return undefined;
  const addresses = await knownHere(host);
  if (addresses.length === 0) return isTls ? undefined : plainHttpObjection;
  return objectionToAny(
    rules,
    addresses.map(({ address }) => address),
    isTls,
  );
}

const maxLookUpMs = 5_000;

/** Names of outside are often known to the proxy alone. */
async function knownHere(host: string): Promise<readonly LookupAddress[]> {
  const found = lookUp(host, { all: true }).catch((error: unknown) => {
    if (typeof (error as NodeJS.ErrnoException).code === 'string') return [];
    throw error;
  });
  return await Promise.race([found, sleep(maxLookUpMs, [], { ref: false })]);
}

const limitsOf = (timeoutMs: number) =>
  ({
    ...{ headersTimeout: timeoutMs, bodyTimeout: timeoutMs },
    ...{ connections: 4, pipelining: 1, keepAliveTimeout: 4_000 },
  }) as const;

function agentOf(rules: TargetRules, isTls: boolean, timeoutMs: number): Agent {
  return new Agent({
    ...limitsOf(timeoutMs),
    connect: { timeout: Math.min(connectTimeoutMs, timeoutMs), lookup: guardedLookup(rules, isTls) },
  });
}

function proxyAgents(uri: string, timeoutMs: number) {
  const connect = { timeout: Math.min(connectTimeoutMs, timeoutMs) };
  const agent = new ProxyAgent({ ...limitsOf(timeoutMs), uri, requestTls: connect, proxyTls: connect });
  return { http: agent, https: agent };
}

/** Of the addresses of a name, those that may be asked; none left is an error. */
function guardedLookup(rules: TargetRules, isTls: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const good = addresses.filter(({ address }) => rules.objectionTo(address, isTls) === undefined);
      const [first] = good;
      if (first === undefined) {
        const [refused] = addresses.map(({ address }) => rules.objectionTo(address, isTls));
        callback(new TargetRefused(refused ?? 'the name has no address'), []);
      } else if (options.all === true) callback(null, good);
      else callback(null, first.address, first.family);
    });
  };
}

function waitOf(headers: Readonly<Record<string, string | string[] | undefined>>): number | undefined {
  const seconds = headers['retry-after'];
  if (typeof seconds !== 'string' || !/^\d{1,9}$/.test(seconds)) return undefined;
  return Math.min(Number(seconds) * 1000, maxRetryAfterMs);
}

/** undici says so in these words only. */
const proxyRefusal = /^Proxy (?:response|Authentication Required) \((\d{3})\)/;

/** By name and code only. */
function whyOf(error: unknown, timeoutMs: number): string {
  if (error instanceof TargetRefused) return error.message;
  const { name, code, cause, message } = error as NodeJS.ErrnoException;
  if (cause instanceof TargetRefused) return cause.message;
  const proxyStatus = proxyRefusal.exec(message)?.[1];
  if (proxyStatus !== undefined) return `the proxy answers ${proxyStatus}`;
  if (name === 'TimeoutError' || code?.endsWith('_TIMEOUT') === true)
    return `no answer within ${timeoutMs} ms`;
  return `no connection, or it broke (${code ?? name})`;
}
