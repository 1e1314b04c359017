import { backoffMs, knockWaits, retryWaits } from './backoff';
import type { Judgement } from './judge-answer';
import type { DueAsset, Outcome } from './ports';

/** GLPI works on one inventory for at most 300 s, also when nobody waits for the answer any more. */
const afterTimeoutMs = 300_000;

/**
 * What becomes of an inventory by the answer to it. `isCharged`: the upstream worked before, so that a failure counts as
 * the inventory's own. An upstream that is down costs none of its tries, however many days it is.
 */
export function outcomeOf(
  due: DueAsset,
  judgement: Judgement,
  { isCharged, maxAttempts }: { readonly isCharged: boolean; readonly maxAttempts: number },
  now: Date,
  random: () => number,
): Outcome {
  if (judgement.kind === 'delivered') {
    return { kind: 'delivered', submissionId: due.wanted, at: now, held: judgement.held };
  }
  const { why, detail } = judgement;
  if (judgement.kind === 'refused') {
    // A contact that is refused is of no worth later.
    return due.wanted === null ? { kind: 'dropped', at: now } : { kind: 'dead', why, detail, at: now };
  }
  const isOwn = judgement.kind === 'failed' && isCharged;
  const attempts = due.attempts + (isOwn ? 1 : 0);
  if (isOwn && attempts >= maxAttempts) {
    return due.wanted === null ? { kind: 'dropped', at: now } : { kind: 'dead', why, detail, at: now };
  }
  const wait = isOwn ? backoffMs(attempts, retryWaits, random) : backoffMs(1, knockWaits, random);
  const waitMs = why === 'timeout' ? Math.max(wait, afterTimeoutMs) : wait;
  return { kind: 'later', why, detail, attempts, dueAt: new Date(now.getTime() + waitMs), at: now };
}
