/** Where in the way of an inventory the reason is given. */
export type Stage =
  'receive' | 'authenticate' | 'decode' | 'validate' | 'identify' | 'vet' | 'assign' | 'store';

export interface Reason {
  readonly verdict: 'refused' | 'quarantined';
  readonly stage: Stage;
  /** HTTP status of the answer to the agent. A held inventory is answered 200: its agent did nothing wrong. */
  readonly httpStatus: 200 | 400 | 401 | 403 | 413 | 415 | 429 | 503 | 508;
  /**
   * What the agent is told: HTTP reason phrase and message. Short ASCII, neutral, no content of the request.
   * Only a custom reason phrase reaches the log of every agent family.
   */
  readonly phrase: string;
  /** What the admin reads: what it means and what to do. */
  readonly meaning: string;
  /** True when the reason is given before the key's secret has verified: such refusals are counted and folded. */
  readonly beforeKey?: true;
  /** True when such refusals are counted and folded though the secret has verified: their rate is what is wrong. */
  readonly folded?: true;
  /** True when it is Gatehouse that failed, not the submission. */
  readonly ours?: true;
}
