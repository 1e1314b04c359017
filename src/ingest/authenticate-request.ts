import type { RegistrationKey } from '../domain/registration-key';
import { reasonOf } from '../domain/refusal-reason';
import { refused, type Refused, type StageResult } from '../domain/verdict';
import { authenticate, readClaim } from './authenticate';
import type { IngestPorts } from './ports';
import type { ReceivedSubmission } from './received-submission';
import { plainRefusal, recordOf } from './submission-record';

/**
 * Loads the key that a request claims, decides on it, and sees to it that a refusal is recorded. Before the secret has
 * verified an attacker must not be able to write rows at will: such refusals are counted and folded.
 */
export async function authenticateRequest(
  ports: IngestPorts,
  received: ReceivedSubmission,
): Promise<StageResult<RegistrationKey>> {
  const { origin, credentials, receivedAt } = received;
  if (!origin.ok) return counted(ports, received, refused('host_invalid', { why: origin.why }));
  const claim = readClaim(credentials, receivedAt, (text) => ports.macOf(text));
  if (claim.verdict === 'refused') return counted(ports, received, claim);
  const { kid } = claim.value;
  const key = await ports.findKey(kid);
  const result = authenticate(claim.value, key, origin, receivedAt);
  if (result.verdict === 'passed') return result;
  if (key === undefined || reasonOf(result.reason).beforeKey === true) {
    return counted(ports, received, result, { kid, instanceId: key?.instanceId });
  }
  await ports.recordRefusal(plainRefusal(recordOf(ports.newId(), received, key), result));
  return result;
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
