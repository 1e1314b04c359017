import type { EventKind } from './types';

export type HappeningKind = Exclude<EventKind, 'webhook.test'>;

/** All that happen by themselves: one that is missing here does not compile. */
const kinds: Readonly<Record<HappeningKind, true>> = {
  'asset.created': true,
  'assets.created': true,
  'conflict.opened': true,
  'quarantine.opened': true,
  'quarantine.decided': true,
  'key.used_up': true,
  'key.expiring': true,
  'canary.used': true,
  'agents.silent': true,
  'upstream.down': true,
  'upstream.up': true,
};

export const eventKinds = Object.keys(kinds) as readonly HappeningKind[];
