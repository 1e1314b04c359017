import type { Speech } from '../domain/agent';
import type { AgentMessage, InventoryMessage } from '../domain/inventory';
import { refused, type Refused } from '../domain/verdict';
import { decode, type DecodedBody } from '../protocol/decode';
import { familyOf, speechFromHeaders } from '../protocol/speech';
import { admitDevice, admitRequest, type AdmitDeps, type Admission } from './admit-request';
import { granted, refusal, type Answer } from './answer';
import type { Authenticated } from './authenticate';
import { counted } from './authenticate-request';
import { greet } from './greet';
import type { IngestSettings } from './ingest-settings';
import type { IngestPorts, PassedJobs } from './ports';
import type { RateLimits } from './rate-limits';
import type { ReceivedSubmission, RelayedSubmission } from './received-submission';
import { settleInventory, type DecodedSubmission, type SettledInventory } from './settle-inventory';
import { plainRefusal, recordOf } from './submission-record';
import type { Validator } from './validate';

export interface IngestDeps {
  readonly ports: IngestPorts;
  readonly validate: Validator;
  readonly limits: RateLimits;
  readonly onUrlMismatch?: AdmitDeps['onUrlMismatch'];
  readonly jobs: PassedJobs;
  readonly ownProxyIds?: AdmitDeps['ownProxyIds'];
  readonly settings: IngestSettings;
}

export interface Ingest {
  /** The whole way of one POST. Throws only when Gatehouse or its database fails. */
  ingest(received: ReceivedSubmission): Promise<Answer>;
  /** The rest of the way of a submission that a relay hands on; its registration was authenticated before. */
  ingestRelayed(received: RelayedSubmission, proved: Authenticated): Promise<Answer>;
  /** The first part of it, for requests without an inventory: job polls, token requests. */
  authenticateRequest(received: ReceivedSubmission): Promise<Admission>;
  /** Refuses a request for which there is no room: counted, read away, answered 503. */
  turnAway(received: ReceivedSubmission): Promise<Answer>;
}

export function createIngest(deps: IngestDeps): Ingest {
  return {
    ingest: (received) => ingest(deps, received),
    ingestRelayed: (received, proved) => ingestAdmitted(deps, received, proved),
    authenticateRequest: (received) => admitRequest(deps, received),
    turnAway: async (received) => {
      const { reason } = counted(deps.ports, received, refused('overloaded'));
      const speech = speechFromHeaders(received.headers, await received.drainBody());
      return refusal(reason, speech, deps.settings.expirationHours);
    },
  };
}

/**
 * The way of an inventory: receive → authenticate → decode → validate → identify → vet → assign → store.
 * Authentication comes before the body is kept, inflated or parsed: every credential travels in headers or path.
 */
async function ingest(deps: IngestDeps, received: ReceivedSubmission): Promise<Answer> {
  const { headers } = received;
  const authenticated = await admitRequest(deps, received);
  if (authenticated.verdict === 'refused') {
    const firstBytes = authenticated.leavesBody ? Buffer.alloc(0) : await received.drainBody();
    const speech = speechFromHeaders(headers, firstBytes);
    return refusal(authenticated.reason, speech, deps.settings.expirationHours);
  }
  return await ingestAdmitted(deps, received, authenticated.value);
}

async function ingestAdmitted(
  deps: IngestDeps,
  received: ReceivedSubmission,
  { key, generation }: Authenticated,
): Promise<Answer> {
  const { headers } = received;
  const body = await received.readBody();
  if (body.state !== 'complete') {
    const speech = speechFromHeaders(headers, body.firstBytes);
    return refuseUnread(
      deps,
      { received, key, generation, speech, wire: body.firstBytes },
      refused(unreadReasons[body.state]),
    );
  }
  const wire = body.bytes;

  const decoded = decode(wire, headers, deps.settings.decodeLimits);
  if (decoded.verdict === 'refused') {
    const speech = speechFromHeaders(headers, wire);
    return refuseUnread(deps, { received, key, generation, speech, wire }, decoded);
  }
  const { speech, masked } = decoded.value;
  const submission: DecodedSubmission = { received, key, generation, speech, wire, masked };

  const tooMany = admitDevice(deps, received, key, decoded.value.messages);
  if (tooMany !== undefined) return refusal(tooMany.reason, submission.speech, deps.settings.expirationHours);

  const inventories = decoded.value.messages.filter((message) => message.kind === 'inventory');
  if (inventories.length === 0) return greetAgent(deps, submission, decoded.value);
  const settled = await settleInOrder(deps, submission, inventories);
  return answerSettled(deps, settled, submission.speech, headers.userAgent);
}

const unreadReasons = {
  too_large: 'body_too_large',
  incomplete: 'body_incomplete',
  no_room: 'overloaded',
} as const;

/** The key is good, but what it brought cannot be read. */
async function refuseUnread(deps: IngestDeps, submission: DecodedSubmission, stop: Refused): Promise<Answer> {
  const { received, key, speech, wire } = submission;
  const record = recordOf(deps.ports.newId(), received, key, { wireBytes: wire.length, speech });
  await deps.ports.recordRefusal(plainRefusal(record, stop));
  return refusal(stop.reason, speech, deps.settings.expirationHours, [record.submissionId]);
}

/** Prolog, contact, job control. */
function greetAgent(deps: IngestDeps, submission: DecodedSubmission, body: DecodedBody): Promise<Answer> {
  const message = body.messages.find(
    (one): one is Exclude<AgentMessage, InventoryMessage> => one.kind !== 'inventory',
  );
  if (message === undefined) throw new Error('a decoded body holds at least one message');
  const { received, key, generation, speech } = submission;
  const family = familyOf(received.headers.userAgent);
  const { ports, settings, jobs } = deps;
  return greet({ received, key, generation, message, speech, family, ports, settings, jobs });
}

/** A scan may report several devices in one body; their order is the agent's. */
async function settleInOrder(
  deps: IngestDeps,
  submission: DecodedSubmission,
  inventories: readonly InventoryMessage[],
): Promise<SettledInventory[]> {
  const settled: SettledInventory[] = [];
  for (const message of inventories) {
    settled.push(await settleInventory(deps.ports, deps.validate, submission, message));
  }
  return settled;
}

/** The answer is a refusal only when nothing of the body got in. */
function answerSettled(
  deps: IngestDeps,
  settled: readonly SettledInventory[],
  speech: Speech,
  userAgent: string | undefined,
): Answer {
  const { expirationHours } = deps.settings;
  const ids = settled.map(({ submissionId }) => submissionId);
  const reasons = settled.flatMap(({ settlement }) =>
    settlement.verdict === 'refused' ? [settlement.reason] : [],
  );
  const [reason] = reasons;
  const answer =
    reason !== undefined && reasons.length === settled.length
      ? refusal(reason, speech, expirationHours, ids)
      : granted({ kind: 'taken', expirationHours, family: familyOf(userAgent) }, speech, ids);
  return { ...answer, settled };
}
