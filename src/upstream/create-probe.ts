import type { ProbeUpstream } from '../forward/ports';
import { notRegistered, openCentralClient, type CentralCredential } from './central-client';
import { probeUpstream } from './probe-upstream';

/** Tries an upstream as it would be sent to: GLPI with its credential, the server of a relay with the registration. */
export function createProbe(
  now: () => Date,
  relayCredential: CentralCredential = notRegistered,
): ProbeUpstream {
  return (upstream) =>
    upstream.credential.kind === 'registration'
      ? probeUpstream(upstream, now, (of, limits) => {
          const client = openCentralClient(of, relayCredential, limits, now);
          return { ask: () => client.ping(), close: () => client.close() };
        })
      : probeUpstream(upstream, now);
}
