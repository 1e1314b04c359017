import { lookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { Agent } from 'undici';
import { hostOf, type TargetRules } from './target-rules';

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

/**
 * Posts to webhooks. Which addresses may be connected to is decided when the name is looked up for the connection, so
 * that a name which leads elsewhere the second time gets nowhere. Redirects are not followed, and nothing of an answer
 * is kept but its status: an answer from inside must not be readable by whoever made the webhook.
 */
export function createSender(rules: TargetRules, timeoutMs: number): Sender {
  const agents = { http: agentOf(rules, false, timeoutMs), https: agentOf(rules, true, timeoutMs) };
  return {
    send: async (text, headers, body) => {
      const url = new URL(text);
      const isTls = url.protocol === 'https:';
      const host = hostOf(url);
      const objection = isIP(host) === 0 ? undefined : rules.objectionTo(host, isTls);
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

function agentOf(rules: TargetRules, isTls: boolean, timeoutMs: number): Agent {
  return new Agent({
    connect: { timeout: Math.min(connectTimeoutMs, timeoutMs), lookup: guardedLookup(rules, isTls) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connections: 4,
    pipelining: 1,
    keepAliveTimeout: 4_000,
  });
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

/** By name and code only. */
function whyOf(error: unknown, timeoutMs: number): string {
  if (error instanceof TargetRefused) return error.message;
  const { name, code, cause } = error as NodeJS.ErrnoException;
  if (cause instanceof TargetRefused) return cause.message;
  if (name === 'TimeoutError' || code?.endsWith('_TIMEOUT') === true)
    return `no answer within ${timeoutMs} ms`;
  return `no connection, or it broke (${code ?? name})`;
}
