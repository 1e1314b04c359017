import { afterAttempt, freshStanding } from '../domain/registration-state';
import type { PathFacts, PathOptions } from '../reach/open-path';
import { keyRefused } from './key-refused';
import { present, type AgentHints, type Introduction } from './present';
import type { RegistrationRecord } from './registration-record';

export interface RegisterDeps {
  readonly path: PathOptions;
  readonly now: () => Date;
  readonly random: () => number;
}

/**
 * Registers this installation with a server by a key. Stores nothing: the caller writes the record that comes back.
 * @throws PathTrouble, KeyRefused
 */
export async function register(
  deps: RegisterDeps,
  server: string,
  key: string,
  who: Introduction,
  facts: PathFacts = {},
): Promise<{ readonly record: RegistrationRecord; readonly isNew: boolean; readonly agent: AgentHints }> {
  const answer = await present(server, key, who, deps.path, facts);
  if (answer.kind === 'refused') throw keyRefused(answer, server);
  const now = deps.now();
  if (answer.token === undefined) throw new Error('a server that was shown a key gives a token');
  const record: RegistrationRecord = {
    installationId: who.installationId,
    kind: who.kind,
    server,
    key,
    registrationId: answer.registrationId,
    token: answer.token.text,
    tokenExpiresAt: answer.token.expiresAt,
    scopes: answer.scopes,
    registeredAt: now,
    policy: answer.policy,
    standing: afterAttempt(freshStanding(now), { kind: 'validated' }, now, answer.policy, deps.random),
  };
  return { record, isNew: answer.isNew, agent: answer.agent };
}
