import { openUpstream } from '../admin/upstream-secrets';
import type { Peppers } from '../domain/pepper';
import { proxyIdOf } from '../domain/proxy-id';
import { startForwarder, type Forwarder, type ForwarderSettings } from '../forward/forwarder';
import { plansForGlpi } from '../forward/glpi-plans';
import type { OnDelivered, Poster } from '../forward/ports';
import { loadPlans } from '../ingest/validate/sections';
import type { Log } from '../observability/log';
import type { Metrics } from '../observability/metrics';
import type { Database } from '../store/database';
import { recordEvent } from '../store/events';
import { createForwardQueue } from '../store/forwarding/forward-queue';
import { findUpstream } from '../store/forwarding/upstreams';
import { notRegistered, openCentralClient, type CentralCredential } from '../upstream/central-client';
import { openUpstreamClient } from '../upstream/upstream-client';

export interface PassingOn {
  readonly database: Database;
  readonly peppers: Peppers;
  readonly now: () => Date;
  readonly settings: ForwarderSettings & { readonly idleMs?: number };
  readonly log: Log;
  readonly metrics: Metrics;
  readonly onDelivered: OnDelivered | undefined;
  readonly relayCredential?: CentralCredential | undefined;
}

/** Wires what passes accepted inventories on. */
export function startPassingOn(parts: PassingOn): Forwarder {
  const { database, peppers, now, settings, log, metrics, onDelivered = () => undefined } = parts;
  const plans = loadPlans();
  const forwarder = startForwarder({
    queue: createForwardQueue(database.pool, now),
    openPoster: (instanceId) => openPoster(parts, instanceId),
    plans: { glpi: plansForGlpi(plans), gatehouse: plans },
    proxyId: proxyIdOf(peppers.active),
    settings,
    now,
    random: Math.random,
    onDelivered,
    onAnswer: (kind) => {
      metrics.forwarded(kind);
    },
    onTurn: (instanceId, { kind, at, why }) =>
      recordEvent(database.db, instanceId, {
        ...{ at, kind, entityId: null, object: null },
        detail: why === undefined ? {} : { why },
      }),
    onTrouble: (what, error) => {
      log.warn({ err: error }, `trouble ${what}`);
    },
    ...(settings.idleMs === undefined ? {} : { idleMs: settings.idleMs }),
  });
  metrics.watchForwarding(() => forwarder.inFlight);
  return forwarder;
}

async function openPoster(
  { database, peppers, settings, now, relayCredential = notRegistered }: PassingOn,
  instanceId: number,
): Promise<Poster | undefined> {
  const stored = await findUpstream(database.db, instanceId);
  if (stored === undefined) return undefined;
  const { forwardTimeoutMs: timeoutMs, forwardMaxConcurrency: maxConnections } = settings;
  const upstream = openUpstream(peppers, stored);
  const limits = { timeoutMs, maxConnections };
  const { version, kind } = stored;
  if (upstream.credential.kind !== 'registration') {
    return { version, kind, ...openUpstreamClient(upstream, limits, now) };
  }
  // The registration is a file of one gateway: another one on the same database has nothing to show.
  const shown = relayCredential();
  if (shown.kind === 'none' && !shown.isRelay) return undefined;
  return { version, kind, ...openCentralClient(upstream, relayCredential, limits, now) };
}
