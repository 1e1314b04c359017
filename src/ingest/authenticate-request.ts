import { reasonOf } from '../domain/refusal-reason';
import { passed, refused, type Refused, type StageResult } from '../domain/verdict';
import { authenticate, readClaim, type Authenticated, type Claim } from './authenticate';
import { claimByCertificate } from './certificate-claim';
import { checkCertificate } from './certificate-policy';
import type { IngestPorts } from './ports';
import type { ReceivedSubmission, RequestOrigin } from './received-submission';
import { claimByRegistration } from './registration-claim';
import { plainRefusal, recordOf } from './submission-record';

/**
 * Loads the key that a request claims, decides on it, and sees to it that a refusal is recorded. Before the secret has
 * verified an attacker must not be able to write rows at will: such refusals are counted and folded. So are those of a
 * key that has verified, once there are more of them than `mayRecord` lets have a row each: a key that was revoked
 * because it leaked is in somebody's hands.
 */
export async function authenticateRequest(
  ports: IngestPorts,
  received: ReceivedSubmission,
  mayRecord: (kid: string) => boolean,
): Promise<StageResult<Authenticated>> {
  const { origin, receivedAt } = received;
  if (!origin.ok) return counted(ports, received, refused('host_invalid', { why: origin.why }));
  const claim = await claimOf(ports, received, origin);
  if (claim.verdict === 'refused') return counted(ports, received, claim);
  const { kid } = claim.value;
  const key = await ports.findKey(kid);
  const result = withCertificate(
    authenticate(claim.value, key, origin, receivedAt, received.wants),
    received,
  );
  const { clientAddress: sourceAddress } = origin;
  if (result.verdict === 'passed') {
    const { key: proved, generation, rehash } = result.value;
    ports.noteUse({ instanceId: proved.instanceId, kid, generation, rehash, receivedAt, sourceAddress });
    return result;
  }
  if (result.reason === 'key_canary' && key !== undefined) {
    ports.reportCanary({ instanceId: key.instanceId, kid, at: receivedAt, sourceAddress });
  }
  const { beforeKey, folded } = reasonOf(result.reason);
  if (key === undefined || beforeKey === true || folded === true || !mayRecord(kid)) {
    return counted(ports, received, result, { kid, instanceId: key?.instanceId });
  }
  await ports.recordRefusal(plainRefusal(recordOf(ports.newId(), received, key), result));
  if (claim.value.kind === 'registration') {
    const { instanceId, registrationId } = claim.value.registered;
    await ports.noteRegistrationRefused({
      instanceId,
      registrationId,
      at: receivedAt,
      reason: result.reason,
    });
  }
  return result;
}

/** By a secret; without one, by the certificate that the request shows. */
async function claimOf(
  ports: IngestPorts,
  { credentials, clientCertificate: shown, receivedAt, wants, ticket }: ReceivedSubmission,
  origin: RequestOrigin & { ok: true },
): Promise<StageResult<Claim>> {
  if (ticket !== undefined) {
    return ticket.state === 'valid'
      ? passed({ kind: 'ticket', kid: ticket.kid, carrier: 'path', generation: ticket.generation })
      : refused('token_invalid', { ticket: ticket.state });
  }
  const registration = wants && (await claimByRegistration(ports, credentials, receivedAt));
  if (registration !== undefined) return registration;
  const claim = readClaim(credentials, receivedAt, (text) => ports.hashesOf(text));
  if (claim.verdict === 'passed' || claim.reason !== 'key_missing' || shown.state !== 'shown') return claim;
  return await claimByCertificate(ports, shown.certificate, origin, receivedAt, claim);
}

/** The key is proved; what is left is the certificate that it may want. */
function withCertificate(
  result: StageResult<Authenticated>,
  { clientCertificate, receivedAt }: ReceivedSubmission,
): StageResult<Authenticated> {
  if (result.verdict === 'refused') return result;
  const checked = checkCertificate(result.value.key, clientCertificate, receivedAt);
  return checked.verdict === 'refused' ? checked : result;
}

/** Adds a refusal to the count of its source and reason. */
export function counted(
  ports: IngestPorts,
  received: ReceivedSubmission,
  stop: Refused,
  known: { readonly kid?: string; readonly instanceId?: number | undefined } = {},
): Refused {
  ports.countRefusal({
    instanceId: known.instanceId,
    reason: stop.reason,
    at: received.receivedAt,
    sourceAddress: received.origin.clientAddress,
    kid: known.kid,
    evidence: stop.evidence,
  });
  return stop;
}
