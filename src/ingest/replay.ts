import { noCertificate, readCertificate } from '../domain/client-certificate';
import type { InventoryMessage, ValidInventory } from '../domain/inventory';
import type { Via } from '../domain/provenance';
import type { RegistrationKey } from '../domain/registration-key';
import { refused, type Refused } from '../domain/verdict';
import { identityOf } from '../identity/device-identity';
import { fingerprintOf } from '../identity/fingerprint';
import { decode } from '../protocol/decode';
import type { DecodeLimits } from '../protocol/limits';
import { certificateFacts } from './certificate-policy';
import { restingStop, revokedStop } from './key-state';
import type { SettleRequest } from './ports';
import type { ReceivedSubmission } from './received-submission';
import { settleRequestOf, type DecodedSubmission } from './settle-inventory';
import type { Validator } from './validate';

/** A held submission as it was kept, with what is remembered of its request. */
export interface KeptSubmission {
  readonly submissionId: string;
  readonly wire: Buffer;
  readonly contentType: string | null;
  /** Client certificate, DER. */
  readonly certificate: Buffer | null;
  readonly agentid: string | null;
  readonly userAgent: string | null;
  readonly sourceAddress: string;
  readonly via: Via | null;
  /** Of the device that is held: a scan may have reported several in one body. */
  readonly fingerprint: string;
}

export interface ReplayDeps {
  readonly validate: Validator;
  readonly decodeLimits: DecodeLimits;
  readonly now: () => Date;
  readonly newId: () => string;
}

export type ReadAgain =
  | { readonly ok: true; readonly submission: DecodedSubmission; readonly inventory: ValidInventory }
  | { readonly ok: false; readonly stop: Refused };

/** Why the key would not take anything now; its secret, URL and network were judged when the submission came. */
export function keyStops(key: RegistrationKey, now: Date): Refused | undefined {
  return revokedStop(key) ?? restingStop(key, now);
}

/** Decodes and validates a kept body once more, by the limits and rules of now. Pure. */
export function readAgain(deps: ReplayDeps, key: RegistrationKey, kept: KeptSubmission): ReadAgain {
  const received = asReceived(kept, deps.now());
  const decoded = decode(kept.wire, received.headers, deps.decodeLimits);
  if (decoded.verdict === 'refused') return { ok: false, stop: decoded };
  const submission = { received, key, generation: undefined, speech: decoded.value.speech, wire: kept.wire };
  const inventories = decoded.value.messages.filter(
    (message): message is InventoryMessage => message.kind === 'inventory',
  );
  let stop = refused('content_missing');
  let only: ValidInventory | undefined;
  for (const message of inventories) {
    const valid = deps.validate(message, { userAgent: received.headers.userAgent });
    if (valid.verdict === 'refused') {
      stop = valid;
      continue;
    }
    const sender = { agentid: received.headers.agentid, certificate: certificateFacts(key, received).spki };
    if (fingerprintOf(identityOf(valid.value, sender, key.allowedFillers)) === kept.fingerprint) {
      return { ok: true, submission, inventory: valid.value };
    }
    only = valid.value;
  }
  // Another version may read an identity otherwise than the one that held it.
  if (inventories.length === 1 && only !== undefined) return { ok: true, submission, inventory: only };
  return { ok: false, stop };
}

/** The held submission as a new one, under the key as it is now. */
export function replayRequest(
  deps: ReplayDeps,
  { submission, inventory }: ReadAgain & { ok: true },
): SettleRequest {
  return settleRequestOf(deps.newId(), submission, inventory);
}

function asReceived(kept: KeptSubmission, now: Date): ReceivedSubmission {
  const { contentType, certificate, agentid, userAgent, sourceAddress, via } = kept;
  const shown = certificate === null ? undefined : readCertificate(certificate);
  const unasked = (): Promise<never> => Promise.reject(new Error('a kept submission has no request to read'));
  return {
    receivedAt: now,
    headers: {
      agentid: agentid ?? undefined,
      requestId: undefined,
      proxyIds: via?.proxyIds ?? [],
      userAgent: userAgent ?? undefined,
      contentType: contentType ?? undefined,
    },
    origin: { ok: false, why: 'replayed', clientAddress: sourceAddress, peerAddress: '' },
    clientCertificate: shown === undefined ? noCertificate : { state: 'shown', certificate: shown },
    credentials: [],
    relayed: via?.relayed ?? undefined,
    readBody: unasked,
    readUnprovedBody: unasked,
    drainBody: unasked,
    refusalDue: unasked,
  };
}
