import { request as httpRequest, type IncomingMessage } from 'node:http';
import { openPath, type PathFacts, type PathOptions } from './open-path';
import { codeOf, PathTrouble } from './path-trouble';

export interface JsonAnswer {
  readonly httpStatus: number;
  readonly phrase: string;
  /** Undefined when the body is no JSON object. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly contentType: string;
  /** By the clock of the server, as its HTTP answer says. */
  readonly date: Date | undefined;
}

/** An answer may take so many times as long as it may be silent. */
const maxIdleTimes = 3;
/** Longest answer that is read. */
const maxAnswerBytes = 262_144;

/**
 * Posts JSON on a connection of its own, and reads the answer, whatever its status. Redirects are not followed: a
 * credential must not go where it was not meant for.
 * @throws PathTrouble
 */
export async function postJson(
  url: URL,
  body: unknown,
  headers: Readonly<Record<string, string>>,
  options: PathOptions,
  facts: PathFacts = {},
): Promise<JsonAnswer> {
  const path = await openPath(url, options, facts);
  const bytes = Buffer.from(JSON.stringify(body));
  let wholeTime: NodeJS.Timeout | undefined;
  try {
    return await new Promise<JsonAnswer>((resolve, reject) => {
      const asked = httpRequest({
        method: 'POST',
        path: path.absoluteForm ? url.href : `${url.pathname}${url.search}`,
        createConnection: () => path.socket,
        headers: {
          Host: url.host,
          'Content-Type': 'application/json',
          'Content-Length': bytes.length,
          Accept: 'application/json',
          Connection: 'close',
          ...(path.absoluteForm && path.proxyAuthorization !== undefined
            ? { 'Proxy-Authorization': path.proxyAuthorization }
            : {}),
          ...headers,
        },
      });
      const fail = (code: string, cause?: unknown): void => {
        asked.destroy();
        const what = code === 'ETIMEDOUT' ? 'did not answer in time' : `ended the connection (${code})`;
        const nextStep = 'Check that a Gatehouse answers at this URL, and the proxies between.';
        reject(new PathTrouble('http', `${url.host} ${what}.`, nextStep, code, { cause }));
      };
      asked.setTimeout(options.timeoutMs, () => {
        fail('ETIMEDOUT');
      });
      // An answer that comes byte by byte is never idle for that long.
      wholeTime = setTimeout(fail, maxIdleTimes * options.timeoutMs, 'ETIMEDOUT');
      asked.once('error', (error) => {
        fail(codeOf(error), error);
      });
      asked.once('response', (answer) => {
        readAnswer(answer).then(resolve, (error: unknown) => {
          fail(codeOf(error), error);
        });
      });
      asked.end(bytes);
    });
  } finally {
    clearTimeout(wholeTime);
    path.socket.destroy();
  }
}

async function readAnswer(answer: IncomingMessage): Promise<JsonAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxAnswerBytes) break;
    chunks.push(chunk as Buffer);
  }
  const { date, 'content-type': contentType = '' } = answer.headers;
  const at = date === undefined ? NaN : Date.parse(date);
  return {
    httpStatus: answer.statusCode ?? 0,
    phrase: answer.statusMessage ?? '',
    body: bytes > maxAnswerBytes ? undefined : parseObject(Buffer.concat(chunks).toString()),
    contentType,
    date: Number.isNaN(at) ? undefined : new Date(at),
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
