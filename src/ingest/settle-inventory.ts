import type { Speech } from '../domain/agent';
import type { InventoryMessage } from '../domain/inventory';
import type { RegistrationKey } from '../domain/registration-key';
import { identityOf } from '../identity/device-identity';
import { isScanned } from '../identity/device-kind';
import { decide } from './decide';
import { lookupsOf } from './look-up';
import type { IngestPorts, Settlement } from './ports';
import type { ReceivedSubmission } from './received-submission';
import { plainRefusal, recordOf } from './submission-record';
import type { Validator } from './validate';

export interface DecodedSubmission {
  readonly received: ReceivedSubmission;
  readonly key: RegistrationKey;
  readonly speech: Speech;
  readonly wire: Buffer;
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
  const { received, key, speech, wire } = submission;
  const { headers, receivedAt, origin } = received;
  const submissionId = ports.newId();
  const record = recordOf(submissionId, received, key, { wireBytes: wire.length, speech });

  const valid = validate(message, { userAgent: headers.userAgent });
  if (valid.verdict === 'refused') {
    const refusal = plainRefusal(record, valid);
    await ports.recordRefusal(refusal);
    return { submissionId, settlement: refusal.settlement };
  }
  const inventory = valid.value;
  const { deviceid, itemtype, partial, tag, deviceidIsDevice } = inventory;
  const identity = identityOf(inventory, { agentid: headers.agentid });
  // Only an agent that speaks JSON sends partials, and only it can be steered to send a full inventory.
  const isSteerable = headers.agentid !== undefined && speech.dialect === 'json' && deviceidIsDevice;
  const settlement = await ports.settle({
    record: { ...record, deviceid, itemtype, partial, name: identity.hostname },
    key,
    identity,
    lookups: lookupsOf(identity),
    deviceidIsDevice,
    isFull: deviceidIsDevice && !partial,
    needsInventory: partial || isScanned(inventory),
    held: { wire, contentType: headers.contentType },
    agent: { version: versionOf(inventory.content.versionclient), tag },
    decide: (facts) =>
      decide(
        {
          inventory,
          identity,
          key,
          sourceAddress: origin.clientAddress,
          now: receivedAt,
          isSteerable,
          // One id for the submission and the asset that it makes: no second one is drawn.
          newAssetId: submissionId,
        },
        facts,
      ),
  });
  return { submissionId, settlement };
}

const maxVersionLength = 255;

function versionOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, maxVersionLength) : undefined;
}
