import type { ServerResponse } from 'node:http';
import type { Peppers } from '../domain/pepper';
import { reasonOf, type ReasonCode } from '../domain/refusal-reason';
import type { Evidence } from '../domain/verdict';
import type { Ingest } from '../ingest/ingest';
import type { RegistrationRules } from '../registration/answer-registration';
import type { RegistrationPorts } from '../registration/ports';
import { sendChallenge, sendJson } from './send-answer';

/** What answers to installations, not to agents, need. */
export interface InstallationDeps {
  readonly ingest: Ingest;
  readonly ports: RegistrationPorts;
  readonly peppers: Peppers;
  readonly random: (bytes: number) => Buffer;
  readonly rules: RegistrationRules;
  readonly version: string;
  readonly now: () => Date;
}

/** What an answer is known by: something else that answers here is told apart from us. */
export const serviceName = 'gatehouse';
/** What is not to be told apart before the secret has verified has one code. */
export function sendRefusal(
  deps: InstallationDeps,
  response: ServerResponse,
  reason: ReasonCode,
  evidence: Evidence,
): void {
  const { phrase, httpStatus, beforeKey } = reasonOf(reason);
  const isHidden = httpStatus === 403 && (beforeKey === true || reason === 'key_canary');
  const code = isHidden && reason !== 'token_invalid' ? 'key_refused' : reason;
  const { seen, expected } = evidence;
  const detail = reason === 'key_url_mismatch' ? { seen, expected } : {};
  if (httpStatus === 401) sendChallenge(response);
  sendError(deps, response, httpStatus, code, phrase, detail);
}

export function sendError(
  { version, now }: InstallationDeps,
  response: ServerResponse,
  httpStatus: number,
  code: string,
  message: string,
  detail: object = {},
): void {
  response.statusMessage = message.replace(/[^\x20-\x7e]/g, '?');
  sendJson(response, httpStatus, {
    service: serviceName,
    version,
    time: now().toISOString(),
    error: { code, message, ...detail },
  });
}
