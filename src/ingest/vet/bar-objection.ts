import { refused, type Refused } from '../../domain/verdict';
import type { Facts } from '../ports';

/**
 * What an admin shut out, before anything else is asked: a banned identifier under whichever key, or this very device
 * under this key. In every mode, so that a ban is not filled up with held submissions.
 */
export function barObjection({ banned, ruling }: Pick<Facts, 'banned' | 'ruling'>): Refused | undefined {
  if (banned.length > 0) return refused('identity_banned', { banned });
  const isRejected = ruling?.reach === 'device' && (ruling.action === 'reject' || ruling.action === 'ban');
  return isRejected
    ? refused('submission_rejected', { caseId: ruling.caseId, heldFor: ruling.reason })
    : undefined;
}
