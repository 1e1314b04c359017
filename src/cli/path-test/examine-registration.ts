import { isGood, standingAt } from '../../domain/registration-state';
import type { RegistrationRecord } from '../../registration/registration-record';
import { exitCodes } from '../exit-code';
import { nextStepOfStanding } from '../registration-text';
import { failed, ok, skipped, warning, type Check, type Place } from './check';

/** What this installation knows of its own registration; nobody is asked, and nothing is written. */
export function examineRegistration(record: RegistrationRecord | undefined, now: Date): Check {
  const place: Place = { target: 'registration', url: record?.server ?? null };
  if (record === undefined) {
    return skipped(
      place,
      'registration',
      'this installation is not registered',
      'Agents need none. To register: gatehouse register - --server URL < key.txt',
    );
  }
  const standing = standingAt(record.standing, now, record.policy);
  const { state, why, lastValidatedAt } = standing;
  const last = lastValidatedAt === null ? 'never validated' : `validated ${lastValidatedAt.toISOString()}`;
  const what = `${state}${why === null ? '' : ` (${why})`}, ${last}`;
  const nextStep = nextStepOfStanding(standing, record) ?? 'gatehouse registration validate';
  if (state === 'valid') return ok(place, 'registration', what);
  if (isGood(standing) || state === 'pending') return warning(place, 'registration', what, nextStep);
  return failed(place, 'registration', { what, nextStep, exitCode: exitCodes.refused });
}
