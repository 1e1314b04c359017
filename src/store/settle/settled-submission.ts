import type { SettleRequest, Settlement, SubmissionRecord } from '../../ingest/ports';

/** A submission with its verdict, about to be written. */
export interface SettledSubmission {
  readonly record: SubmissionRecord;
  readonly settlement: Settlement;
  /** Undefined for a refusal before the device was known. */
  readonly request: SettleRequest | undefined;
}
