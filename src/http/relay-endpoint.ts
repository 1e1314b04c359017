import type { ServerResponse } from 'node:http';
import { noCertificate } from '../domain/client-certificate';
import { readRelayed, type Relayed } from '../domain/provenance';
import type { Registered } from '../domain/registered-instance';
import { reasonOf } from '../domain/refusal-reason';
import type { Answer } from '../ingest/answer';
import type { ReceivedSubmission } from '../ingest/received-submission';
import { sendError, sendRefusal, serviceName, type InstallationDeps } from './installation-answers';
import { sendJson } from './send-answer';

/**
 * Takes an inventory that a relay hands on: an agent's message, under the token of a registered relay, with what the
 * relay knows of its origin in a header. It goes the whole way under the relay's key; the answer says what became of it.
 */
export async function answerRelay(
  deps: InstallationDeps,
  received: ReceivedSubmission,
  response: ServerResponse,
): Promise<void> {
  const admitted = await deps.ingest.authenticateRequest({ ...received, wants: ['relay'] });
  if (admitted.verdict === 'refused') {
    await received.drainBody();
    sendRefusal(deps, response, admitted.reason, admitted.evidence);
    return;
  }
  const { registered } = admitted.value;
  const said = received.headers.origin === undefined ? undefined : readRelayed(received.headers.origin);
  if (registered?.kind !== 'relay' || said === undefined) {
    await received.drainBody();
    const [httpStatus, code, message] =
      registered?.kind === 'relay'
        ? ([400, 'origin_invalid', 'Gatehouse-Origin is missing, or cannot be read'] as const)
        : ([403, 'relay_not_registered', 'Only a registered relay hands inventories on'] as const);
    sendError(deps, response, httpStatus, code, message);
    return;
  }
  const relayed = throughRelay(said, registered, received);
  const answer = await deps.ingest.ingestRelayed(
    // The certificate is the relay's, and says nothing of the device.
    { ...received, relayed, clientCertificate: noCertificate },
    admitted.value,
  );
  sendOutcome(deps, response, answer);
}

/** What was said of the way before, and the relay itself as it is registered here. */
function throughRelay(
  { origin, relays }: Relayed,
  { registrationId, name }: Registered,
  { origin: from, receivedAt }: ReceivedSubmission,
): Relayed {
  const hop = { registrationId, name, address: from.clientAddress, receivedAt: receivedAt.toISOString() };
  return { origin, relays: [...relays, hop] };
}

function sendOutcome(deps: InstallationDeps, response: ServerResponse, answer: Answer): void {
  const [settled] = answer.settled ?? [];
  if (settled === undefined) {
    const message = answer.reasonPhrase ?? 'No inventory in it';
    const httpStatus = answer.httpStatus === 200 ? 400 : answer.httpStatus;
    sendError(deps, response, httpStatus, 'message_refused', message);
    return;
  }
  const { submissionId, settlement } = settled;
  const stopped = settlement.verdict === 'accepted' ? undefined : settlement.reason;
  sendJson(response, 200, {
    service: serviceName,
    version: deps.version,
    time: deps.now().toISOString(),
    submissionId,
    verdict: settlement.verdict,
    // To a registered installation it is said by its code; evidence stays here.
    reason: stopped ?? null,
    phrase: stopped === undefined ? null : reasonOf(stopped).phrase,
    assetId: settlement.verdict === 'accepted' ? settlement.assetId : null,
  });
}
