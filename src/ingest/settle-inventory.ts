import { deflateSync } from 'node:zlib';
import type { Speech } from '../domain/agent';
import type { InventoryMessage, ValidInventory } from '../domain/inventory';
import type { RegistrationKey } from '../domain/registration-key';
import { identityOf } from '../identity/device-identity';
import { isScanned } from '../identity/device-kind';
import { certificateFacts } from './certificate-policy';
import { decide } from './decide';
import { describeChange } from './history/describe-change';
import { junkLearning } from './learn-junk';
import { lookupsOf } from './look-up';
import type { HeldBody, IngestPorts, SettleRequest, Settlement } from './ports';
import type { ReceivedSubmission } from './received-submission';
import { plainRefusal, recordOf } from './submission-record';
import type { Validator } from './validate';

export interface DecodedSubmission {
  readonly received: ReceivedSubmission;
  readonly key: RegistrationKey;
  readonly generation: number | undefined;
  readonly speech: Speech;
  readonly wire: Buffer;
  /** The body, inflated, without the secrets that stood in it; undefined when none did. */
  readonly masked?: Buffer | undefined;
}

export interface SettledInventory {
  readonly submissionId: string;
  readonly settlement: Settlement;
}

/**
 * One inventory, one verdict, committed: validate, then identify → vet → assign inside the store's transaction, where
 * the facts they are given cannot change before the verdict is written.
 */
export async function settleInventory(
  ports: IngestPorts,
  validate: Validator,
  submission: DecodedSubmission,
  message: InventoryMessage,
): Promise<SettledInventory> {
  const submissionId = ports.newId();
  const valid = validate(message, { userAgent: submission.received.headers.userAgent });
  if (valid.verdict === 'refused') {
    const refusal = plainRefusal(bareRecord(submissionId, submission), valid);
    await ports.recordRefusal(refusal);
    return { submissionId, settlement: refusal.settlement };
  }
  const settlement = await ports.settle(settleRequestOf(submissionId, submission, valid.value));
  return { submissionId, settlement };
}

function bareRecord(submissionId: string, { received, key, speech, wire }: DecodedSubmission) {
  return recordOf(submissionId, received, key, { wireBytes: wire.length, speech });
}

/** What the store must look up, lock and write for a valid inventory, and the decision on it. */
export function settleRequestOf(
  submissionId: string,
  submission: DecodedSubmission,
  inventory: ValidInventory,
): SettleRequest {
  const { received, key, generation, speech } = submission;
  const { headers, receivedAt, clientCertificate } = received;
  const { deviceid, itemtype, partial, tag, deviceidIsDevice } = inventory;
  const certificate = certificateFacts(key, received);
  const sender = { agentid: headers.agentid, certificate: certificate.spki };
  const identity = identityOf(inventory, sender, key.allowedFillers);
  // Only an agent that speaks JSON sends partials, and only it can be steered to send a full inventory.
  const isSteerable = headers.agentid !== undefined && speech.dialect === 'json' && deviceidIsDevice;
  const bare = bareRecord(submissionId, submission);
  const record = { ...bare, deviceid, itemtype, partial, name: identity.hostname };
  return {
    record,
    learning: junkLearning({ record, key, identity }),
    key,
    identity,
    lookups: lookupsOf(identity),
    deviceidIsDevice,
    isFull: deviceidIsDevice && !partial,
    needsInventory: partial || isScanned(inventory),
    held: {
      ...keptOf(submission),
      // Kept only when it counted for the device.
      certificate:
        certificate.spki !== undefined && clientCertificate.state === 'shown'
          ? clientCertificate.certificate.der
          : undefined,
    },
    agent: { version: versionOf(inventory.content.versionclient), tag, generation },
    decide: (facts) =>
      decide(
        {
          inventory,
          identity,
          key,
          sourceAddress: record.sourceAddress,
          certificateSubject: certificate.subject,
          now: receivedAt,
          isSteerable,
          // One id for the submission and the asset that it makes: no second one is drawn.
          newAssetId: submissionId,
        },
        facts,
      ),
    describeChange,
  };
}

/** The body as sent, but never with a secret in it. */
function keptOf({ wire, masked, received }: DecodedSubmission): Pick<HeldBody, 'wire' | 'contentType'> {
  return masked === undefined
    ? { wire, contentType: received.headers.contentType }
    : { wire: deflateSync(masked, { level: 1 }), contentType: 'application/x-compress-zlib' };
}

const maxVersionLength = 255;

function versionOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, maxVersionLength) : undefined;
}
