import { getCACertificates } from 'node:tls';
import type { AdminDeps } from '../../admin/admin-deps';
import { firstInstanceId } from '../../admin/instances';
import { endRelay, useUpstreamOfSettings } from '../../admin/upstream';
import { proxyFor } from '../../reach/proxy-choice';
import { RegistrationStoreError } from '../../registration/registration-store';
import type { Settings } from '../../settings/settings';
import type { UpstreamOfSettings } from '../../settings/upstream';
import { pathOptionsOf, storeOf } from '../registration-session';

/**
 * Where a relay hands on to: the Gatehouse that it is registered with. Undefined when it is registered as something
 * else, or not; GLPI_URL counts before it.
 */
export function upstreamOfRegistration(settings: Settings): UpstreamOfSettings | undefined {
  const record = readRecord(settings);
  if (record?.kind !== 'relay' || settings.glpiUrl !== undefined) return undefined;
  const { ca, env } = pathOptionsOf(settings);
  const proxy = proxyFor(new URL(record.server), env);
  return {
    kind: 'gatehouse',
    url: record.server,
    credential: { kind: 'registration' },
    tls: {
      // Beside the usual ones, as for registering; an upstream's stand in their place.
      ca: ca === undefined ? undefined : [...getCACertificates('default'), ca].join('\n'),
      certificate: undefined,
      key: undefined,
    },
    proxy: proxy.kind === 'proxy' ? proxy.url.href : undefined,
  };
}

function readRecord(settings: Settings) {
  try {
    return storeOf(settings).read();
  } catch (error) {
    // The loop of the registration says so, again and again.
    if (error instanceof RegistrationStoreError) return undefined;
    throw error;
  }
}

const actor = 'gatehouse registration';

/**
 * Has the first instance hand on to what this gateway is registered with now. Only what was a relay here ends by it:
 * another gateway on the same database may be one. Nothing changed: no trace.
 */
export function registrationFollower(admin: AdminDeps, settings: Settings): () => Promise<void> {
  let wasRelay = upstreamOfRegistration(settings) !== undefined;
  const caller = { instanceId: firstInstanceId, actor };
  return async () => {
    const upstream = upstreamOfRegistration(settings);
    if (settings.glpiUrl !== undefined || (upstream === undefined && !wasRelay)) return;
    await admin.db
      .transaction()
      .execute((trx) =>
        upstream === undefined
          ? endRelay(admin, trx, caller)
          : useUpstreamOfSettings(admin, trx, caller, upstream),
      );
    wasRelay = upstream !== undefined;
  };
}
