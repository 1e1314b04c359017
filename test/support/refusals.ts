import { reasonOf, type ReasonCode } from '../../src/domain/refusal-reason';
import type { AgentAnswer, TestGateway } from './gateway';

export interface SubmissionRow {
  id: string;
  verdict: 'accepted' | 'quarantined' | 'refused';
  outcome: 'created' | 'updated' | 'unchanged' | null;
  reason: string | null;
  kid: string | null;
  assetId: string | null;
  entityId: string | null;
  deviceid: string | null;
  evidence: Record<string, unknown>;
}

/** The submission that the answer names. */
export function submissionOf(gateway: TestGateway, answer: AgentAnswer): Promise<SubmissionRow> {
  return gateway.api<SubmissionRow>('GET', `/submissions/${String(answer.headers['gatehouse-submission'])}`);
}

/** The whole body of a refusal: nothing of the request can be in it. */
export function refusalText(reason: ReasonCode, dialect: 'json' | 'xml'): string {
  const { phrase } = reasonOf(reason);
  return dialect === 'json'
    ? JSON.stringify({ status: 'error', message: phrase, expiration: 24 })
    : `<?xml version="1.0" encoding="UTF-8"?>\n<REPLY><ERROR>${phrase}</ERROR></REPLY>`;
}

/** Status, phrase and body are the reason's, in the dialect; whatever else was sent is not told. */
export function expectRefusal(answer: AgentAnswer, reason: ReasonCode, dialect: 'json' | 'xml'): void {
  const { httpStatus, phrase } = reasonOf(reason);
  expect([answer.status, answer.phrase, answer.text]).toEqual([
    httpStatus,
    phrase,
    refusalText(reason, dialect),
  ]);
  expect(Number(answer.headers['content-length'])).toBe(answer.bytes.length);
}

/** The refusal is on record under the key, and nothing became an asset. */
export async function expectRecorded(
  gateway: TestGateway,
  answer: AgentAnswer,
  reason: ReasonCode,
): Promise<SubmissionRow> {
  const row = await submissionOf(gateway, answer);
  expect([row.verdict, row.reason, row.assetId]).toEqual(['refused', reason, null]);
  expect(row.kid).toBe(gateway.key.split('_')[1]);
  return row;
}

/** Polls until `find` gives something: what is written in the background takes a moment. */
export async function eventually<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
  const tries = 250;
  for (let i = 0; i < tries; i++) {
    const found = await find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`not within ${tries} tries: ${what}`);
}
