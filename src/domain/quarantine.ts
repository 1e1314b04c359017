import type { IdentifierKind } from './identity';
import type { QuarantineReason } from './refusal-reason';

export const resolutions = ['same', 'new', 'reject', 'ban'] as const;
export type Resolution = (typeof resolutions)[number];

/**
 * Reasons that ask who the device is, or whether it may come in. What an admin answers holds as long as the device
 * shows exactly the same identity. The other reasons ask about one event (a recording, a copy, a loss of content): the
 * rightful device may show the very same identity, so that answer is for the held submission only.
 */
const standingReasons: ReadonlySet<string> = new Set<QuarantineReason>([
  'identity_conflict',
  'identity_ambiguous',
  'asset_of_other_key',
  'pin_downgraded',
  'approval_needed',
  'enrolment_burst',
  'entity_not_found',
]);

export function asksWhoItIs(reason: string): boolean {
  return standingReasons.has(reason);
}

/** While a case of one of these is open, the asset it conflicts with stays contested. */
export const contestingReasons: readonly QuarantineReason[] = ['identity_conflict', 'clone_suspected'];

/** What can be banned. Names and addresses are left out: they change hands, and many devices share one. */
export const bannableKinds = [
  'serial',
  'uuid',
  'mac',
  'deviceid',
  'agentid',
  'certificate',
  'sshkey',
] as const satisfies readonly IdentifierKind[];

/** Most identifiers banned with one case. */
export const maxBansPerCase = 64;
