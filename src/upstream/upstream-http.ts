import { Agent, ProxyAgent, type Dispatcher } from 'undici';
import type { Upstream } from '../domain/upstream';

/** One request to the upstream's host. Header values must be clean: what breaks HTTP throws. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Absolute, of the upstream's origin. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | string | undefined;
  /** Default `maxAnswerBytes`. */
  readonly maxBytes?: number | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Cut at the most that the request reads. */
  readonly body: Buffer;
  readonly isCut: boolean;
}

/** Why there is no answer, told by where it went wrong. `detail` names host and code, never what was sent. */
export interface NoAnswer {
  readonly kind: 'no-answer';
  /** `cut`: the connection broke while it was being answered; it may have been stored. */
  readonly why: 'unreachable' | 'tls' | 'timeout' | 'cut';
  readonly detail: string;
}

/** Connections to one upstream, kept alive: TLS and proxy as it says, never redirected. */
export interface UpstreamHttp {
  send(request: HttpRequest): Promise<HttpAnswer | NoAnswer>;
  /** Ends what is under way. */
  close(): Promise<void>;
}

export interface HttpLimits {
  /** From the first byte sent to the last one read. */
  readonly timeoutMs: number;
  readonly maxConnections: number;
}

/** Longest answer that is read, in bytes. GLPI's own have below 1,000; its error pages below 100,000. */
export const maxAnswerBytes = 1024 * 1024;
const connectTimeoutMs = 10_000;

export function openUpstreamHttp(
  upstream: Pick<Upstream, 'tls' | 'proxy'>,
  limits: HttpLimits,
): UpstreamHttp {
  const dispatcher = dispatcherOf(upstream, limits);
  const closing = new AbortController();
  return {
    send: async ({ method, url, headers, body, maxBytes = maxAnswerBytes }) => {
      const signal = AbortSignal.any([AbortSignal.timeout(limits.timeoutMs), closing.signal]);
      const { origin, pathname, search } = new URL(url);
      let isAnswered = false;
      try {
        const answer = await dispatcher.request({
          ...{ origin, path: `${pathname}${search}`, method, headers, signal },
          body: body ?? null,
        });
        isAnswered = true;
        return {
          status: answer.statusCode,
          headers: plainHeaders(answer.headers),
          ...(await readBody(answer.body, maxBytes)),
        };
      } catch (error) {
        return noAnswerOf(error, new URL(url).host, isAnswered);
      }
    },
    close: async () => {
      closing.abort();
      await dispatcher.destroy();
    },
  };
}

function dispatcherOf({ tls, proxy }: Pick<Upstream, 'tls' | 'proxy'>, limits: HttpLimits): Dispatcher {
  const { ca, certificate, key } = tls;
  const connect = {
    timeout: connectTimeoutMs,
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
  };
  const { timeoutMs, maxConnections: connections } = limits;
  const times = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs, connections, pipelining: 1 };
  return proxy === undefined
    ? new Agent({ ...times, connect })
    : new ProxyAgent({ ...times, uri: proxy, requestTls: connect, proxyTls: { timeout: connectTimeoutMs } });
}

async function readBody(
  body: AsyncIterable<Buffer>,
  maxBytes: number,
): Promise<Pick<HttpAnswer, 'body' | 'isCut'>> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    // Leaving the loop ends the connection.
    if (length > maxBytes) break;
  }
  return { body: Buffer.concat(chunks).subarray(0, maxBytes), isCut: length > maxBytes };
}

function plainHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

const neverSent =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENOENT|UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT|UND_ERR_PRX\w*)$/;
const tlsFault =
  /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|EPROTO|HOSTNAME_MISMATCH|ERR_OSSL)/;

/** A proxy that opens no way, for GLPI is away or it wants a user: undici says so in these words only. */
const proxyRefusal = /^Proxy (?:response|Authentication Required) \((\d{3})\)/;
/** Of undici, without a code for each. */
const notHttp = /^(HTTPParserError|HeadersOverflowError)$/;

/** @throws what is no fault of the network */
function noAnswerOf(error: unknown, host: string, isAnswered: boolean): NoAnswer {
  const { name, message, code = causeCode(error) } = error as NodeJS.ErrnoException;
  const at = (why: NoAnswer['why'], what: string): NoAnswer => ({
    kind: 'no-answer',
    why,
    detail: `${host}: ${what}`,
  });
  if (name === 'TimeoutError' || /^UND_ERR_(HEADERS|BODY)_TIMEOUT$/.test(code)) {
    return at('timeout', 'no answer in time');
  }
  const proxyStatus = proxyRefusal.exec(message)?.[1];
  if (proxyStatus !== undefined) return at('unreachable', `the proxy answers ${proxyStatus}`);
  if (notHttp.test(name)) return at('cut', 'what is answered is no HTTP that can be read');
  if (name === 'AbortError') return at('cut', 'Gatehouse is stopping');
  if (tlsFault.test(code)) return at('tls', `TLS fails (${code})`);
  if (!isAnswered && neverSent.test(code)) return at('unreachable', code);
  if (/^(E[A-Z]+|UND_ERR_(SOCKET|INFO|RES\w*|CLOSED|DESTROYED)|HPE_\w+)$/.test(code)) {
    return at('cut', `the connection broke (${code})`);
  }
  if (name === 'RequestAbortedError' || isAnswered) return at('cut', `the answer broke off (${code})`);
  throw error;
}

function causeCode(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : '';
}
