import type { DecodeLimits } from '../protocol/limits';

export interface IngestSettings {
  readonly decodeLimits: DecodeLimits;
  /** Hours until the agent comes again, as told in every answer. */
  readonly expirationHours: number;
  /** Version of GLPI that GLPI Agents are told to talk to. */
  readonly glpiVersion: string;
}
