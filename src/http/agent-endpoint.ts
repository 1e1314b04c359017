import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AgentHeaders } from '../domain/agent';
import { readAgentHeaders } from '../protocol/read-headers';
import { speechFromHeaders } from '../protocol/speech';
import type { Log } from '../observability/log';
import type { Metrics } from '../observability/metrics';
import { refusal, type Answer } from '../ingest/answer';
import type { Ingest } from '../ingest/ingest';
import type { ReceivedSubmission, RequestOrigin } from '../ingest/received-submission';
import { answerJobPoll } from './job-poll';
import { presentedCredentials, type PathAndCredentials } from './presented-credentials';
import { createBodyRoom, drainBody, readBody, type BodyLimits } from './read-body';
import type { RequestLine } from './request-origin';
import { sendAnswer, sendFault, sendMethodNotAllowed } from './send-answer';
import { answerTokenRequest } from './token-request';

export interface AgentEndpointDeps {
  readonly ingest: Ingest;
  readonly resolveOrigin: (line: RequestLine) => RequestOrigin;
  readonly issueToken: Parameters<typeof answerTokenRequest>[0]['issueToken'];
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Tells a database that is away (503) from a fault of ours (500). */
  readonly isUnavailable: (error: unknown) => boolean;
  readonly limits: BodyLimits & {
    readonly maxInFlight: number;
    readonly maxBufferedBytes: number;
    readonly expirationHours: number;
  };
}

/** Everything below these belongs to people and monitors; every other path is an agent's. */
const notForAgents = /^\/(api\/(v1|docs)|admin|healthz|readyz|metrics)(\/|\?|$)/;

export type AgentEndpoint = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/**
 * Takes requests of agents on whatever path they are configured with. Mounted before everything else and reading the
 * body itself: each middleware in its way would cost a tenth of the throughput.
 */
export function createAgentEndpoint(deps: AgentEndpointDeps): AgentEndpoint {
  const { limits, log, metrics } = deps;
  const room = createBodyRoom(limits.maxBufferedBytes);
  /** Room taken by the body of each request, given back when it has been answered. */
  const held = new WeakMap<IncomingMessage, number>();
  let inFlight = 0;

  function receive(request: IncomingMessage, asked: PathAndCredentials): ReceivedSubmission {
    const rawHeaders = request.rawHeaders;
    return {
      receivedAt: deps.now(),
      headers: readAgentHeaders(rawHeaders),
      credentials: asked.credentials,
      origin: deps.resolveOrigin({
        rawHeaders,
        target: request.url ?? '/',
        path: asked.path,
        peerAddress: request.socket.remoteAddress ?? '',
        isTls: 'encrypted' in request.socket,
      }),
      readBody: async (maxBodyBytes = limits.maxBodyBytes) => {
        const body = await readBody(request, { ...limits, maxBodyBytes }, room);
        if (body.state === 'complete') held.set(request, body.bytes.length);
        return body;
      },
      drainBody: () => drainBody(request, limits),
    };
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<string> {
    const asked = presentedCredentials(request.url ?? '/', request.rawHeaders);
    const received = receive(request, asked);
    if (request.method === 'GET') {
      await answerJobPoll(deps, received, asked.query, response);
      return 'poll';
    }
    if (request.method !== 'POST') {
      sendMethodNotAllowed(response);
      return 'other';
    }
    if (asked.path.endsWith('/api.php/token')) {
      await answerTokenRequest(deps, received, response);
      return 'token';
    }
    if (inFlight > limits.maxInFlight) {
      const speech = speechFromHeaders(received.headers, await received.drainBody());
      sendAnswer(response, refusal('overloaded', speech, limits.expirationHours), received.headers);
      return 'message';
    }
    const given: Answer = await deps.ingest.ingest(received);
    sendAnswer(response, given, received.headers);
    return given.submissionIds.length > 0 ? 'inventory' : 'message';
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = process.hrtime.bigint();
    inFlight++;
    let kind = 'fault';
    try {
      kind = await answer(request, response);
    } catch (error) {
      const isUnavailable = deps.isUnavailable(error);
      log.error({ err: error, isUnavailable }, 'agent request failed');
      sendFault(response, headersOf(request), isUnavailable ? 503 : 500, limits.expirationHours);
    } finally {
      inFlight--;
      room.give(held.get(request) ?? 0);
      const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
      const status = response.statusCode;
      const reason = status === 200 ? '' : response.statusMessage;
      metrics.agentRequest({ kind, status, reason }, seconds);
      log.debug(
        { method: request.method, kind, status, reason, ms: Math.round(seconds * 1000) },
        'agent request',
      );
    }
  }

  return (request, response, next) => {
    if (notForAgents.test(request.url ?? '/')) next();
    else void handle(request, response);
  };
}

function headersOf(request: IncomingMessage): AgentHeaders {
  return readAgentHeaders(request.rawHeaders);
}
