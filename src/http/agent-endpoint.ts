import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Ingest } from '../ingest/ingest';
import type { Log } from '../observability/log';
import type { Metrics } from '../observability/metrics';
import { readAgentHeaders } from '../protocol/read-headers';
import { answerJobRequest, ticketIn, type JobRequestDeps } from './job-requests';
import { presentedCredentials } from './presented-credentials';
import { createReception, type ReceiveDeps, type Reception } from './receive-request';
import { registrationPlace, type AnswerPlace } from './registration-endpoint';
import { sendAnswer, sendFault, sendMethodNotAllowed } from './send-answer';
import { answerTokenRequest, isTokenPath, type TokenRequestDeps } from './token-request';

export interface AgentEndpointDeps extends ReceiveDeps {
  readonly ingest: Ingest;
  readonly issueToken: TokenRequestDeps['issueToken'];
  readonly jobs: JobRequestDeps['jobs'];
  readonly tickets: JobRequestDeps['tickets'];
  readonly answerPlace: AnswerPlace;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Tells a database that is away (503) from a fault of ours (500). */
  readonly isUnavailable: (error: unknown) => boolean;
  readonly limits: ReceiveDeps['limits'] & { readonly expirationHours: number };
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
  const reception = createReception(deps);
  let inFlight = 0;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = process.hrtime.bigint();
    let kind: RequestKind | 'fault' = 'fault';
    const isOverloaded = inFlight >= limits.maxInFlight;
    let holdsPlace = !isOverloaded;
    if (holdsPlace) inFlight++;
    const leave = (): void => {
      if (holdsPlace) inFlight--;
      holdsPlace = false;
    };
    try {
      kind = await answer(deps, reception, { isOverloaded, leave }, request, response);
    } catch (error) {
      const isUnavailable = deps.isUnavailable(error);
      log.error({ err: error, isUnavailable }, 'agent request failed');
      const headers = readAgentHeaders(request.rawHeaders);
      sendFault(response, headers, isUnavailable ? 503 : 500, limits.expirationHours);
    } finally {
      leave();
      reception.done(request);
    }
    const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
    const status = response.statusCode;
    const reason = status === 200 ? '' : response.statusMessage;
    metrics.agentRequest({ kind, status, reason }, seconds);
    log.debug({ method: request.method, kind, status, reason, seconds }, 'agent request');
  }

  return (request, response, next) => {
    if (notForAgents.test(request.url ?? '/')) next();
    else void handle(request, response);
  };
}

/** For metrics: a closed list, so that no request can make a new series. */
type RequestKind = 'poll' | 'token' | 'registration' | 'inventory' | 'message' | 'other';

async function answer(
  deps: AgentEndpointDeps,
  reception: Reception,
  { isOverloaded, leave }: { readonly isOverloaded: boolean; readonly leave: () => void },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<RequestKind> {
  const asked = presentedCredentials(request.url ?? '/', request.rawHeaders);
  const received = reception.receive(request, asked, leave);
  if (isOverloaded) {
    sendAnswer(response, await deps.ingest.turnAway(received), received.headers);
    return 'message';
  }
  if (request.method === 'GET') {
    const target = request.url ?? '/';
    await answerJobRequest(deps, received, { target, query: asked.query }, response);
    return 'poll';
  }
  if (request.method !== 'POST' || ticketIn(request.url ?? '/') !== undefined) {
    sendMethodNotAllowed(response);
    return 'other';
  }
  const place = registrationPlace(asked.path);
  if (place !== undefined) {
    await deps.answerPlace(place, request, received, response);
    return 'registration';
  }
  if (isTokenPath(asked.path)) {
    await answerTokenRequest(deps, received, response);
    return 'token';
  }
  const given = await deps.ingest.ingest(received);
  sendAnswer(response, given, received.headers);
  return given.submissionIds.length > 0 ? 'inventory' : 'message';
}
