import type { AgentFamily, Speech } from '../domain/agent';
import type { AgentMessage, InventoryMessage, ValidInventory } from '../domain/inventory';
import type { RegistrationKey } from '../domain/registration-key';
import { reasonOf } from '../domain/refusal-reason';
import { refused, type Refused, type StageResult } from '../domain/verdict';
import { identityOf } from '../identity/device-identity';
import { decode, type DecodedBody } from '../protocol/decode';
import { familyOf, speechFromHeaders } from '../protocol/speech';
import { granted, refusal, type Answer } from './answer';
import { greet } from './greet';
import { authenticate, readClaim } from './authenticate';
import { decide } from './decide';
import type { IngestSettings } from './ingest-settings';
import { lookupsOf } from './look-up';
import type { IngestPorts, Settlement, SubmissionRecord } from './ports';
import type { ReceivedSubmission } from './received-submission';
import type { Validator } from './validate';

export interface IngestDeps {
  readonly ports: IngestPorts;
  readonly validate: Validator;
  readonly settings: IngestSettings;
}

export interface Ingest {
  /** The whole way of one POST. Throws only when Gatehouse or its database fails. */
  ingest(received: ReceivedSubmission): Promise<Answer>;
  /** The first part of it, for requests without an inventory: job polls, token requests. */
  authenticateRequest(received: ReceivedSubmission): Promise<StageResult<RegistrationKey>>;
}

/**
 * The way of an inventory: receive → decode → authenticate → validate → identify → vet → assign → store.
 * Authentication comes before the body is kept, inflated or parsed: every credential travels in headers or path.
 */
export function createIngest(deps: IngestDeps): Ingest {
  const { ports, settings } = deps;

  async function ingest(received: ReceivedSubmission): Promise<Answer> {
    const authenticated = await authenticateRequest(received);
    if (authenticated.verdict === 'refused') {
      const speech = speechFromHeaders(received.headers, await received.drainBody());
      return refusal(authenticated.reason, speech, settings.expirationHours);
    }
    const key = authenticated.value;

    const body = await received.readBody();
    if (body.state !== 'complete') {
      const reasons = {
        too_large: 'body_too_large',
        incomplete: 'body_incomplete',
        no_room: 'overloaded',
      } as const;
      const speech = speechFromHeaders(received.headers, body.firstBytes);
      return refuseUnread(received, key, refused(reasons[body.state]), speech, 0);
    }

    const decoded = decode(body.bytes, received.headers, settings.decodeLimits);
    if (decoded.verdict === 'refused') {
      const speech = speechFromHeaders(received.headers, body.bytes);
      return refuseUnread(received, key, decoded, speech, body.bytes.length);
    }
    return answerMessages(received, key, decoded.value, body.bytes);
  }

  async function authenticateRequest(received: ReceivedSubmission): Promise<StageResult<RegistrationKey>> {
    const { origin, receivedAt } = received;
    if (!origin.ok) return countRefusal(received, refused('host_invalid', { why: origin.why }));
    const claim = readClaim(received.credentials, receivedAt, (text) => ports.macOf(text));
    if (claim.verdict === 'refused') return countRefusal(received, claim);
    const key = await ports.findKey(claim.value.kid);
    const result = authenticate(claim.value, key, origin, receivedAt);
    if (result.verdict === 'passed') return result;
    if (key === undefined || reasonOf(result.reason).beforeKey === true) {
      return countRefusal(received, result, claim.value.kid, key?.instanceId);
    }
    await ports.recordRefusal(plainRefusal(recordOf(received, key), result));
    return result;
  }

  /** Before the secret has verified an attacker must not be able to write rows at will: counted and folded. */
  function countRefusal(
    received: ReceivedSubmission,
    refusal: Refused,
    kid?: string,
    instanceId?: number,
  ): Refused {
    ports.countRefusal({
      instanceId,
      reason: refusal.reason,
      at: received.receivedAt,
      sourceAddress: received.origin.clientAddress,
      kid,
      evidence: refusal.evidence,
    });
    return refusal;
  }

  async function answerMessages(
    received: ReceivedSubmission,
    key: RegistrationKey,
    body: DecodedBody,
    wire: Buffer,
  ): Promise<Answer> {
    const family = familyOf(received.headers.userAgent);
    const inventories = body.messages.filter((message) => message.kind === 'inventory');
    if (inventories.length === 0) {
      return greet({
        received,
        key,
        message: firstOf(body.messages),
        speech: body.speech,
        family,
        ports,
        settings,
      });
    }
    const settled: SettledMessage[] = [];
    for (const message of inventories)
      settled.push(await settleInventory(received, key, message, body.speech, wire));
    return answerSettled(settled, body.speech, family);
  }

  /** One inventory, one verdict: validate, then decide with the store's facts, then committed. */
  async function settleInventory(
    received: ReceivedSubmission,
    key: RegistrationKey,
    message: InventoryMessage,
    speech: Speech,
    wire: Buffer,
  ): Promise<SettledMessage> {
    const { headers, receivedAt, origin } = received;
    const record = recordOf(received, key, wire.length, speech);
    const valid = deps.validate(message, { userAgent: headers.userAgent });
    if (valid.verdict === 'refused') {
      const settlement = plainRefusal(record, valid);
      await ports.recordRefusal(settlement);
      return { submissionId: record.submissionId, settlement: settlement.settlement };
    }
    const inventory = valid.value;
    const identity = identityOf(inventory, headers.agentid);
    const isSteerable =
      headers.agentid !== undefined && speech.dialect === 'json' && inventory.deviceidIsDevice;
    const newAssetId = ports.newId();
    const settlement = await ports.settle({
      record: { ...record, ...describe(inventory, identity.hostname) },
      key,
      identity,
      lookups: lookupsOf(identity),
      deviceidIsDevice: inventory.deviceidIsDevice,
      isFull: inventory.deviceidIsDevice && !inventory.partial,
      needsInventory: inventory.partial || inventory.action === 'netdiscovery',
      held: { wire, contentType: headers.contentType },
      agent: { version: textOf(inventory.content.versionclient), tag: inventory.tag },
      decide: (facts) =>
        decide(
          {
            inventory,
            identity,
            key,
            sourceAddress: origin.clientAddress,
            now: receivedAt,
            isSteerable,
            newAssetId,
          },
          facts,
        ),
    });
    return { submissionId: record.submissionId, settlement };
  }

  /** A scan may hold several devices: the answer is a refusal only when none of them got in. */
  function answerSettled(settled: readonly SettledMessage[], speech: Speech, family: AgentFamily): Answer {
    const ids = settled.map(({ submissionId }) => submissionId);
    const refusals = settled.flatMap(({ settlement }) =>
      settlement.verdict === 'refused' ? [settlement.reason] : [],
    );
    const [reason] = refusals;
    if (reason !== undefined && refusals.length === settled.length) {
      return refusal(reason, speech, settings.expirationHours, ids);
    }
    return granted({ kind: 'taken', expirationHours: settings.expirationHours, family }, speech, ids);
  }

  async function refuseUnread(
    received: ReceivedSubmission,
    key: RegistrationKey,
    stop: Refused,
    speech: Speech,
    wireBytes: number,
  ): Promise<Answer> {
    const record = recordOf(received, key, wireBytes, speech);
    await ports.recordRefusal(plainRefusal(record, stop));
    return refusal(stop.reason, speech, settings.expirationHours, [record.submissionId]);
  }

  function recordOf(
    received: ReceivedSubmission,
    key: RegistrationKey,
    wireBytes = 0,
    speech?: Speech,
  ): SubmissionRecord {
    return {
      submissionId: ports.newId(),
      instanceId: key.instanceId,
      kid: key.kid,
      receivedAt: received.receivedAt,
      sourceAddress: received.origin.clientAddress,
      userAgent: received.headers.userAgent?.slice(0, 255),
      agentid: received.headers.agentid,
      deviceid: undefined,
      itemtype: undefined,
      name: undefined,
      partial: false,
      wireBytes,
      dialect: speech?.dialect ?? (received.headers.agentid === undefined ? 'xml' : 'json'),
    };
  }

  return { ingest, authenticateRequest };
}

interface SettledMessage {
  readonly submissionId: string;
  readonly settlement: Settlement;
}

function plainRefusal(record: SubmissionRecord, stop: Refused) {
  const { reason, evidence } = stop;
  return {
    record,
    settlement: { verdict: 'refused', reason, evidence, notes: [], awaitFull: false },
  } as const;
}

function describe(inventory: ValidInventory, hostname: string | undefined) {
  const { deviceid, itemtype, partial } = inventory;
  return { deviceid, itemtype, partial, name: hostname };
}

function firstOf(messages: readonly AgentMessage[]): Exclude<AgentMessage, InventoryMessage> {
  const message = messages.find((candidate) => candidate.kind !== 'inventory');
  if (message === undefined) throw new Error('a decoded body holds at least one message');
  return message;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, 255) : undefined;
}
