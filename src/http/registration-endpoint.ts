import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseSecret } from '../domain/key-format';
import { reasonOf } from '../domain/refusal-reason';
import { keyScopes } from '../domain/registration-key';
import type { ReceivedSubmission } from '../ingest/received-submission';
import { answerRegistration, type RegistrationRefusal } from '../registration/answer-registration';
import { maxRegistrationBytes, readRegistrationRequest } from '../registration/registration-request';
import { echoOf } from './echo';
import { sendError, sendRefusal, serviceName, type InstallationDeps } from './installation-answers';
import { answerRelay } from './relay-endpoint';
import { sendJson } from './send-answer';

/** For installations, not for agents; below any base path, as keys may be bound to one. */
const placePattern = /\/gatehouse\/v1\/(registration|echo|relay)\/?$/;
export type RegistrationPlace = 'registration' | 'echo' | 'relay';

export function registrationPlace(path: string): RegistrationPlace | undefined {
  return placePattern.exec(path)?.[1] as RegistrationPlace | undefined;
}

export const nonceHeader = 'x-gatehouse-nonce';

/** Nonces that are looked up at once: whoever invents them costs a query each, and no more than these. */
const maxNonceChecks = 4;

export type AnswerPlace = (
  place: RegistrationPlace,
  request: IncomingMessage,
  received: ReceivedSubmission,
  response: ServerResponse,
) => Promise<void>;

export function createRegistrationEndpoint(deps: InstallationDeps): AnswerPlace {
  let nonceChecks = 0;

  async function hasNonce(request: IncomingMessage, now: Date): Promise<boolean> {
    const text = request.headers[nonceHeader];
    if (typeof text !== 'string') return false;
    const parsed = parseSecret('grn', text);
    if (parsed.form !== 'ok' || nonceChecks >= maxNonceChecks) return false;
    nonceChecks++;
    try {
      return await deps.ports.takeNonce(parsed.id, deps.peppers.active.macOf(text), now);
    } finally {
      nonceChecks--;
    }
  }

  return async (place, request, received, response) => {
    response.setHeader('Cache-Control', 'no-store');
    if (place === 'registration') {
      await answerRegister(deps, received, response);
      return;
    }
    if (place === 'relay') {
      await answerRelay(deps, received, response);
      return;
    }
    if (!(await hasNonce(request, received.receivedAt))) {
      const asked = { ...received, wants: keyScopes };
      const admitted = await deps.ingest.authenticateRequest(asked);
      if (admitted.verdict === 'refused') {
        await received.drainBody();
        sendRefusal(deps, response, admitted.reason, admitted.evidence);
        return;
      }
    }
    await received.drainBody();
    sendJson(response, 200, {
      service: serviceName,
      version: deps.version,
      time: deps.now().toISOString(),
      echo: echoOf(request, received),
    });
  };
}

async function answerRegister(
  deps: InstallationDeps,
  received: ReceivedSubmission,
  response: ServerResponse,
): Promise<void> {
  const admitted = await deps.ingest.authenticateRequest({ ...received, wants: ['register', 'relay'] });
  if (admitted.verdict === 'refused') {
    await received.drainBody();
    sendRefusal(deps, response, admitted.reason, admitted.evidence);
    return;
  }
  const body = await received.readUnprovedBody(maxRegistrationBytes);
  const read =
    body.state === 'complete'
      ? readRegistrationRequest(body.bytes)
      : ({ ok: false, code: 'request_invalid', message: 'The body could not be read whole.' } as const);
  if (!read.ok) {
    sendError(deps, response, body.state === 'no_room' ? 503 : 400, read.code, read.message);
    return;
  }
  const { key, generation, registered } = admitted.value;
  const answer = await answerRegistration(
    deps,
    { key, generation, registered, sourceAddress: received.origin.clientAddress, at: received.receivedAt },
    read.request,
  );
  if (!answer.ok) {
    sendError(deps, response, 403, answer.code, phrases[answer.code], answer.detail);
    return;
  }
  const { ok: _ok, ...registration } = answer;
  sendJson(response, 200, {
    service: serviceName,
    version: deps.version,
    time: deps.now().toISOString(),
    ...registration,
    scopes: key.scopes,
    // What agents that use this key are configured with; nothing that its holder could not find out by trying.
    agent: {
      carriers: key.carriers,
      tag: key.tagPolicy === 'require' ? key.tag : null,
      clientCertificate: key.clientCertificate,
    },
  });
}

const phrases: Readonly<Record<RegistrationRefusal, string>> = {
  key_url_mismatch: reasonOf('key_url_mismatch').phrase,
  key_wrong_scope: reasonOf('key_wrong_scope').phrase,
  registration_revoked: reasonOf('registration_revoked').phrase,
  registration_limit: 'No more installations for this key',
  installation_mismatch: 'The token belongs to another installation',
};
