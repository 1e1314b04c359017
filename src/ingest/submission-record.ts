import type { Speech } from '../domain/agent';
import { viaOf } from '../domain/provenance';
import type { RegistrationKey } from '../domain/registration-key';
import type { Refused } from '../domain/verdict';
import type { PlainRefusal, SubmissionRecord } from './ports';
import type { ReceivedSubmission } from './received-submission';

/** Longest User-Agent that is kept, in characters. */
const maxUserAgentLength = 255;

/** What is known of a submission before its message is read. */
export function recordOf(
  submissionId: string,
  received: ReceivedSubmission,
  key: RegistrationKey,
  message?: { readonly wireBytes: number; readonly speech: Speech },
): SubmissionRecord {
  const { headers, origin, receivedAt, relayed } = received;
  return {
    submissionId,
    instanceId: key.instanceId,
    kid: key.kid,
    receivedAt,
    // Of the agent itself, also behind a relay.
    sourceAddress: relayed?.origin.address ?? origin.clientAddress,
    via: viaOf(headers.proxyIds, relayed),
    userAgent: headers.userAgent?.slice(0, maxUserAgentLength),
    agentid: headers.agentid,
    deviceid: undefined,
    itemtype: undefined,
    name: undefined,
    partial: false,
    wireBytes: message?.wireBytes ?? 0,
    dialect: message?.speech.dialect ?? (headers.agentid === undefined ? 'xml' : 'json'),
  };
}

/** A refusal for which nothing is looked up: the device is not known yet. */
export function plainRefusal(record: SubmissionRecord, stop: Refused): PlainRefusal {
  const { reason, evidence } = stop;
  return { record, settlement: { verdict: 'refused', reason, evidence, notes: [], awaitFull: false } };
}
