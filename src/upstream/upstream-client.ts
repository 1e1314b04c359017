import { gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import type { Upstream } from '../domain/upstream';
import { judgeAnswer, type Judgement, type UpstreamAnswer } from '../forward/judge-answer';
import { createAuthorizer, type Authorization } from './authorization';
import {
  maxAnswerBytes,
  openUpstreamHttp,
  type HttpAnswer,
  type HttpLimits,
  type HttpRequest,
  type NoAnswer,
  type UpstreamHttp,
} from './upstream-http';

/** What is posted: a message of an agent, compressed as agents do, under the agent's own headers. */
export interface UpstreamMessage {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** Posts messages to one upstream under its credential, and says what the answers mean. */
export interface UpstreamClient {
  readonly upstream: Upstream;
  /** The connections, for others who talk to the same host, e.g. to GLPI's API. */
  readonly http: UpstreamHttp;
  post(message: UpstreamMessage): Promise<Judgement>;
  /** Any request to the upstream's origin under its credential. Undefined: no answer, no credential, or it is too long. */
  ask(request: HttpRequest): Promise<HttpAnswer | undefined>;
  close(): Promise<void>;
}

export function openUpstreamClient(upstream: Upstream, limits: HttpLimits, now: () => Date): UpstreamClient {
  const http = openUpstreamHttp(upstream, limits);
  const authorizer = createAuthorizer(http, upstream, now);
  const { url } = upstream;
  const tryOnce = async (request: HttpRequest): Promise<HttpAnswer | Judgement> => {
    const authorization = await authorizer.current();
    if (authorization.kind !== 'header') return judgementOfNone(authorization);
    const { value } = authorization;
    const headers = { ...request.headers, ...(value === undefined ? {} : { authorization: value }) };
    const answer = await http.send({ ...request, headers });
    return 'kind' in answer ? judgementOfNone(answer) : answer;
  };
  /** A token that is refused was given out long ago, perhaps: once more with a new one. */
  const twice = async (request: HttpRequest): Promise<HttpAnswer | Judgement> => {
    const answer = await tryOnce(request);
    const isRefused = !('kind' in answer) && answer.status === 401;
    return isRefused && authorizer.renew() ? tryOnce(request) : answer;
  };
  const judged = (answer: HttpAnswer | Judgement): Judgement =>
    'kind' in answer ? answer : judgeAnswer(readAnswer(answer), now());
  return {
    upstream,
    http,
    post: async ({ body, headers }) => judged(await twice({ method: 'POST', url, body, headers })),
    ask: async (request) => {
      const answer = await twice(request);
      return 'kind' in answer || answer.isCut ? undefined : answer;
    },
    close: () => http.close(),
  };
}

/** Why nothing was answered, as a judgement. */
export function judgementOfNone(none: NoAnswer | Extract<Authorization, { kind: 'no-token' }>): Judgement {
  if (none.kind === 'no-token') {
    const why = none.status === 404 ? 'wrong_url' : none.status >= 500 ? 'unavailable' : 'credential_refused';
    return { kind: 'down', why, detail: none.detail };
  }
  const { why, detail } = none;
  if (why === 'timeout') return { kind: 'failed', why: 'timeout', detail };
  return why === 'cut' ? { kind: 'failed', why: 'answer_cut', detail } : { kind: 'down', why, detail };
}

export function readAnswer({ status, headers, body }: HttpAnswer): UpstreamAnswer {
  const contentType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return { status, contentType, body: inflated(contentType, body), retryAfter: headers['retry-after'] };
}

/** A label that is wrong makes the answer unreadable; GLPI sometimes adds plain text behind the compressed one. */
function inflated(contentType: string, body: Buffer): string | undefined {
  const kind = /^application\/x-(?:compress-)?(zlib|gzip|deflate)$/.exec(contentType)?.[1];
  if (kind === undefined) return body.toString('utf8');
  const inflate = { zlib: inflateSync, gzip: gunzipSync, deflate: inflateRawSync }[kind] ?? inflateSync;
  try {
    return inflate(body, { maxOutputLength: maxAnswerBytes }).toString('utf8');
  } catch {
    // Judged as unreadable.
    return undefined;
  }
}
