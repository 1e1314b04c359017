import type { AgentReply, Speech } from '../domain/agent';
import { reasonOf, type ReasonCode } from '../domain/refusal-reason';
import type { SettledInventory } from './settle-inventory';

/** What goes back to the agent, before it is put into bytes. */
export interface Answer {
  readonly httpStatus: number;
  /** Only a custom reason phrase reaches the log of every agent family. */
  readonly reasonPhrase: string | undefined;
  readonly reply: AgentReply;
  readonly speech: Speech;
  /** Ids of the submissions recorded for this request; empty for prolog and contact. */
  readonly submissionIds: readonly string[];
  /** What became of the inventories in it; undefined: it held none that could be read. */
  readonly settled?: readonly SettledInventory[];
  /** The close of a request whose body was not read to its end. */
  readonly closesConnection: boolean;
}

export function granted(reply: AgentReply, speech: Speech, submissionIds: readonly string[] = []): Answer {
  return { httpStatus: 200, reasonPhrase: undefined, reply, speech, submissionIds, closesConnection: false };
}

/** The neutral text of the catalogue: evidence never leaves for an agent. */
export function refusal(
  reason: ReasonCode,
  speech: Speech,
  expirationHours: number,
  submissionIds: readonly string[] = [],
): Answer {
  const { httpStatus, phrase } = reasonOf(reason);
  return {
    httpStatus,
    reasonPhrase: phrase,
    reply: { kind: 'error', message: phrase, expirationHours },
    speech,
    submissionIds,
    closesConnection: httpStatus === 413 || reason === 'body_incomplete',
  };
}
