import { checkInput } from '../../admin/admin-schemas';
import type { RebindInput } from '../../admin/rebind';
import { each, given, type OptionRow } from '../command';

export interface RebindOptions {
  readonly url?: readonly string[];
  readonly keepOldUntil?: string;
}

export const rebindOptions: readonly OptionRow[] = [
  { flags: '--url <url>', description: 'new URL, the first is shown (again for more)', parse: each },
  {
    flags: '--keep-old-until <time>',
    description: 'former URLs count until then: ISO 8601, "now" or "forever" (default: for 30 days)',
  },
];

/** The body that the admin API would get. Throws Problem `body_invalid`. */
export function rebindBody({ url, keepOldUntil }: RebindOptions, now: Date): RebindInput {
  const until = keepOldUntil === 'forever' ? null : keepOldUntil === 'now' ? now.toISOString() : keepOldUntil;
  return checkInput('body', 'Rebind', given({ url, keepOldUntil: until })) as RebindInput;
}
