import { afterAttempt, type Attempt } from '../domain/registration-state';
import { PathTrouble } from '../reach/path-trouble';
import { present, type Introduction, type Presented } from './present';
import type { RegisterDeps } from './register';
import type { RegistrationRecord } from './registration-record';

/**
 * One round of the validation loop: shows the token, or the key once that is over, and says where the registration
 * stands after. A server out of reach and a refusal are ends like any other.
 */
export async function validate(
  deps: RegisterDeps,
  record: RegistrationRecord,
  who: Omit<Introduction, 'installationId' | 'kind'>,
): Promise<RegistrationRecord> {
  const introduction = { ...who, installationId: record.installationId, kind: record.kind };
  const ask = (credential: string): Promise<Presented> =>
    present(record.server, credential, introduction, deps.path);
  let attempt: Attempt;
  let renewed = record;
  try {
    const hasToken = record.tokenExpiresAt > deps.now();
    let answer = await ask(hasToken ? record.token : record.key);
    // Lost with a database that was restored, or ended: the key is what counts.
    if (hasToken && answer.kind === 'refused' && answer.code === 'token_invalid')
      answer = await ask(record.key);
    if (answer.kind === 'registered') {
      renewed = afterAnswer(record, answer);
      attempt = { kind: 'validated' };
    } else attempt = { kind: 'refused', reason: answer.code };
  } catch (error) {
    if (!(error instanceof PathTrouble)) throw error;
    attempt = { kind: 'unreachable', layer: error.layer };
  }
  const standing = afterAttempt(record.standing, attempt, deps.now(), renewed.policy, deps.random);
  return { ...renewed, standing };
}

function afterAnswer(
  record: RegistrationRecord,
  { registrationId, token, policy, scopes }: Presented & { kind: 'registered' },
): RegistrationRecord {
  const next = { ...record, registrationId, policy, scopes };
  return token === undefined ? next : { ...next, token: token.text, tokenExpiresAt: token.expiresAt };
}
