import type { ServerResponse } from 'node:http';
import { urlText } from '../domain/canonical-url';
import type { AskingAgent, JobModule } from '../domain/passed-task';
import type { SecretHash } from '../domain/pepper';
import { bindingOf } from '../domain/url-binding';
import { refusal } from '../ingest/answer';
import type { Authenticated } from '../ingest/authenticate';
import type { Ingest } from '../ingest/ingest';
import type { ReceivedSubmission } from '../ingest/received-submission';
import { configValiditySeconds } from '../jobs/job-answer';
import type { JobPass, Passed } from '../jobs/pass-jobs';
import { issueTicket, readTicket } from '../jobs/ticket';
import { speechFromHeaders } from '../protocol/speech';
import { sendAnswer, sendJson, sendMethodNotAllowed } from './send-answer';

export interface JobRequestDeps {
  readonly ingest: Ingest;
  readonly jobs: JobPass;
  readonly tickets: {
    /** With the active pepper. */
    readonly macOf: (text: string) => Buffer;
    /** With every pepper that counts. */
    readonly hashesOf: (text: string) => readonly SecretHash[];
  };
  readonly limits: { readonly expirationHours: number };
}

/** Below any base path, as keys may be bound to one. The ticket is no name that an agent could choose. */
const jobPlace = /\/gatehouse\/v1\/jobs\/(grj_[\w.-]{1,2048})\/?$/;

/** The ticket in a request's target; its path as the endpoint has it holds no secret any more. */
export function ticketIn(target: string): string | undefined {
  return jobPlace.exec(target.split('?', 1)[0] ?? '')?.[1];
}

/**
 * GETs of agents: they ask for jobs of tasks other than inventory. What GLPI has for them is passed on where their key
 * says so, under a URL of ours; for all others the schedule is empty: a job holds URLs that would lead the agent past
 * the gateway, commands to run, and passwords.
 */
export async function answerJobRequest(
  deps: JobRequestDeps,
  received: ReceivedSubmission,
  asked: { readonly target: string; readonly query: URLSearchParams },
  response: ServerResponse,
): Promise<void> {
  const ticket = ticketIn(asked.target);
  if (ticket !== undefined) {
    await answerTicket(deps, received, ticket, wholeQuery(asked.target), response);
    return;
  }
  // A key in the query makes agents write `?key=K?action=getConfig`: the action is then inside the key's value.
  const action = asked.query.get('action') ?? /\?action=(\w+)/.exec([...asked.query.values()].join(' '))?.[1];
  if (action === undefined) {
    sendMethodNotAllowed(response);
    return;
  }
  const proved = await authenticated(deps, received, response);
  if (proved === undefined) return;
  if (action !== 'getConfig') {
    sendJson(response, 200, {});
    return;
  }
  const agent = askingAgent(received, proved, asked.query.get('machineid'));
  const schedule = await deps.jobs.schedule(agent, asked.query, (module, deviceid) =>
    jobUrl(deps, received, proved, { module, deviceid }),
  );
  sendJson(response, 200, { configValidityPeriod: configValiditySeconds, schedule });
}

/** All of it, unlike what credentials are looked for in: answers of agents stand here. Node reads 16 KB of headers. */
function wholeQuery(target: string): URLSearchParams {
  const question = target.indexOf('?');
  return new URLSearchParams(question < 0 ? '' : target.slice(question + 1));
}

async function answerTicket(
  deps: JobRequestDeps,
  received: ReceivedSubmission,
  text: string,
  query: URLSearchParams,
  response: ServerResponse,
): Promise<void> {
  const read = readTicket(text, received.receivedAt, deps.tickets.hashesOf);
  const ticket = read.state === 'valid' ? { state: read.state, ...read.ticket } : read;
  const proved = await authenticated(deps, { ...received, ticket }, response);
  if (proved === undefined || read.state !== 'valid') return;
  const agent = askingAgent(received, proved, read.ticket.deviceid);
  const selfUrl = placeOf(received, proved, text);
  sendPassed(response, await deps.jobs.relay(agent, read.ticket, query, selfUrl));
}

/** Undefined: refused, and answered. */
async function authenticated(
  { ingest, limits }: JobRequestDeps,
  received: ReceivedSubmission,
  response: ServerResponse,
): Promise<Authenticated | undefined> {
  const result = await ingest.authenticateRequest(received);
  if (result.verdict === 'passed') return result.value;
  const speech = { ...speechFromHeaders(received.headers, Buffer.alloc(0)), dialect: 'json' } as const;
  const answer = refusal(result.reason, { ...speech, encoding: 'none' }, limits.expirationHours);
  sendAnswer(response, answer, received.headers);
  return undefined;
}

function askingAgent(
  { origin, clientCertificate: shown, headers }: ReceivedSubmission,
  { key }: Authenticated,
  deviceid: unknown,
): AskingAgent {
  return {
    key,
    deviceid,
    sourceAddress: origin.clientAddress,
    certificate: shown.state === 'shown' ? shown.certificate.spki : undefined,
    userAgent: headers.userAgent,
  };
}

function jobUrl(
  { tickets }: JobRequestDeps,
  received: ReceivedSubmission,
  proved: Authenticated,
  { module, deviceid }: { readonly module: JobModule; readonly deviceid: string },
): string {
  const { key, generation } = proved;
  const claims = { kid: key.kid, generation, module, deviceid };
  return placeOf(received, proved, issueTicket(claims, received.receivedAt, tickets.macOf));
}

/** Below the URL that the key is bound to, which is the one that the agent reaches us under. */
function placeOf({ origin, receivedAt }: ReceivedSubmission, { key }: Authenticated, ticket: string): string {
  if (!origin.ok) throw new Error('whoever is authenticated came under a URL');
  const binding = bindingOf(key, origin.url, receivedAt);
  const base = binding.by === 'none' ? { ...origin.url, basePath: '' } : binding.url;
  return `${urlText(base)}/gatehouse/v1/jobs/${ticket}/`;
}

const refusals = {
  400: 'Request not understood',
  403: 'No jobs for this agent',
  404: 'Not there',
  502: 'The server behind answered what cannot be passed on',
  503: 'The server behind does not answer',
} as const;

function sendPassed(response: ServerResponse, passed: Passed): void {
  response.setHeader('Cache-Control', 'no-store');
  switch (passed.kind) {
    case 'json':
      sendJson(response, 200, passed.body);
      return;
    case 'file':
      response.setHeader('Content-Type', 'application/octet-stream');
      response.setHeader('Content-Length', passed.body.length);
      response.end(passed.body);
      return;
    case 'refused':
      sendJson(response, passed.status, { status: 'error', message: refusals[passed.status] });
      return;
  }
}
