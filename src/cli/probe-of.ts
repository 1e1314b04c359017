import { relayCredential } from '../registration/relay-credential';
import type { Settings } from '../settings/settings';
import { createProbe } from '../upstream/create-probe';
import { storeOf } from './registration-session';

/** Tries upstreams as the gateway with these settings would send to them. */
export function probeOf(settings: Settings): ReturnType<typeof createProbe> {
  const now = (): Date => new Date();
  return createProbe(now, relayCredential(storeOf(settings), now));
}
