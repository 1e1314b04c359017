import type { ServerResponse } from 'node:http';
import type { AgentHeaders } from '../domain/agent';
import type { Answer } from '../ingest/answer';
import { speechFromHeaders } from '../protocol/speech';
import { readyReply } from './encoded-replies';

/**
 * The one challenge that every family understands: a second header, a parameter after the realm or lower case makes
 * some of them give up without sending their password.
 */
const challenge = 'Basic realm="Gatehouse"';

/** No agent looks at it (they come again by their own schedule); proxies and people do. A bucket is full again by then. */
const retryAfterSeconds = '60';

/** Puts an answer into the agent's own dialect and encoding. Always with a body: agents take none for an error. */
export function sendAnswer(response: ServerResponse, answer: Answer, asked: AgentHeaders): void {
  const { body, contentType } = readyReply(answer.reply, answer.speech);
  const headers = ['Content-Type', contentType, 'Content-Length', String(body.length)];
  if (answer.httpStatus === 429) headers.push('Retry-After', retryAfterSeconds);
  if (answer.httpStatus === 401) headers.push('WWW-Authenticate', challenge);
  if (asked.requestId !== undefined) headers.push('GLPI-Request-ID', asked.requestId);
  const [submissionId] = answer.submissionIds;
  if (submissionId !== undefined) headers.push('Gatehouse-Submission', submissionId);
  // What was not read of a body would stand before the next request.
  if (answer.closesConnection || !response.req.complete) headers.push('Connection', 'close');
  response.writeHead(answer.httpStatus, answer.reasonPhrase, headers);
  response.end(body, 'latin1');
}

const faultPhrases = { 500: 'Gateway error', 503: 'Gateway not ready' } as const;

/** Says that it is not the agent's fault; what happened stands in the log only. */
export function sendFault(
  response: ServerResponse,
  headers: AgentHeaders,
  httpStatus: 500 | 503,
  expirationHours: number,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const phrase = faultPhrases[httpStatus];
  const answer: Answer = {
    httpStatus,
    reasonPhrase: phrase,
    reply: { kind: 'error', message: phrase, expirationHours },
    speech: speechFromHeaders(headers, Buffer.alloc(0)),
    submissionIds: [],
    closesConnection: true,
  };
  sendAnswer(response, answer, headers);
}

/** For answers that are not an agent's. */
export function sendChallenge(response: ServerResponse): void {
  response.setHeader('WWW-Authenticate', challenge);
}

/** Plain JSON, for what no agent's dialect has a form for. */
export function sendJson(response: ServerResponse, httpStatus: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.statusCode = httpStatus;
  response.setHeader('Content-Type', 'application/json');
  if (httpStatus === 429) response.setHeader('Retry-After', retryAfterSeconds);
  response.setHeader('Content-Length', bytes.length);
  if (!response.req.complete) response.setHeader('Connection', 'close');
  response.end(bytes);
}

export function sendMethodNotAllowed(response: ServerResponse): void {
  const text = 'Agents POST their inventories here. The admin API is at /api/v1/openapi.json\n';
  response.statusCode = 405;
  response.setHeader('Allow', 'POST');
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(text);
}
