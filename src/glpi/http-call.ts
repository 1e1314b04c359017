import http from 'node:http';
import https from 'node:https';
import { faultOfNetwork, GlpiFault } from './glpi-fault';

export interface HttpCall {
  readonly method: 'GET' | 'POST';
  /** Below the URL of GLPI, beginning with `/`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** Lower-case media type without parameters; empty when none was sent. */
  readonly contentType: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface CallLimits {
  /** For the whole of a request and its answer. */
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
}

/** How GLPI is reached, where that is not the usual way. PEM texts. */
export interface CallWay {
  /** Trusted in the place of the usual ones. */
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  /** HTTP proxy. */
  readonly proxy?: string | undefined;
}

/** One request to a GLPI. Throws GlpiFault when no whole answer comes; what the answer means is the caller's matter. */
export type CallHttp = (call: HttpCall) => Promise<HttpAnswer>;

/**
 * Calls one GLPI and no other host: redirects are not followed, so that no answer leads elsewhere with our credentials.
 * `baseUrl`: of GLPI, without a slash at its end.
 */
export function createHttpCall(baseUrl: string, limits: CallLimits, way: CallWay = {}): CallHttp {
  const base = new URL(baseUrl);
  const agent = agentFor(base, way);
  const { request } = base.protocol === 'https:' ? https : http;
  const basePath = base.pathname.replace(/\/+$/, '');

  return (call) =>
    new Promise((resolve, reject) => {
      const body = call.body === undefined ? undefined : Buffer.from(call.body);
      const length = body === undefined ? {} : { 'content-length': String(body.length) };
      const sent = request(
        base,
        {
          ...{ method: call.method, agent },
          path: basePath + call.path,
          headers: { accept: 'application/json', ...length, ...call.headers },
          signal: AbortSignal.timeout(limits.timeoutMs),
        },
        (response) => {
          readAnswer(response, limits.maxAnswerBytes).then(resolve, (error: unknown) => {
            sent.destroy();
            reject(faultOf(error, base.host, limits));
          });
        },
      );
      sent.on('error', (error) => {
        reject(faultOf(error, base.host, limits));
      });
      sent.end(body);
    });
}

function agentFor(base: URL, { ca, certificate, key, proxy }: CallWay): http.Agent {
  const proxyEnv = proxy === undefined ? {} : { proxyEnv: { http_proxy: proxy, https_proxy: proxy } };
  if (base.protocol !== 'https:') return new http.Agent(proxyEnv);
  return new https.Agent({
    ...proxyEnv,
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined || key === undefined ? {} : { cert: certificate, key }),
  });
}

function faultOf(error: unknown, host: string, { timeoutMs }: CallLimits): GlpiFault {
  if (error instanceof GlpiFault) return error;
  const { name, code } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError' || code === 'ABORT_ERR') {
    return new GlpiFault(
      'timeout',
      `${host} did not answer within ${timeoutMs} ms.`,
      'GLPI may be overloaded; it is asked again later.',
    );
  }
  return faultOfNetwork(error, host);
}

async function readAnswer(response: http.IncomingMessage, maxBytes: number): Promise<HttpAnswer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBytes) {
      throw new GlpiFault(
        'content',
        `GLPI's answer is larger than ${maxBytes} bytes.`,
        'Nothing was taken from it.',
      );
    }
    parts.push(part);
  }
  return {
    status: response.statusCode ?? 0,
    contentType: (response.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '',
    headers: response.headers,
    body: Buffer.concat(parts),
  };
}
