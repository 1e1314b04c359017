import type { AdminDeps } from '../admin/admin-deps';
import type { HeldPipeline } from '../admin/held-pipeline';
import type { OidcSignIn } from '../admin/oidc';
import type { Rematcher } from '../admin/rematcher';
import { createAdminOrigin } from '../http/admin/admin-origin';
import { createAdminRouter, type AdminRouter } from '../http/admin/admin-router';
import type { Metrics } from '../observability/metrics';
import { createOidcProvider } from '../oidc/provider';
import type { EventFeed } from '../store/event-feed';
import type { IngestStore } from '../store/ingest-store';
import { createProbe } from '../upstream/create-probe';
import type { Explain } from './explaining';
import type { GatewayOptions } from './gateway-options';
import type { RequestDoor } from './request-door';

export interface AdminParts extends RequestDoor {
  readonly store: IngestStore;
  readonly admin: AdminDeps;
  readonly explain: Explain;
  readonly held: HeldPipeline;
  readonly rematcher: Rematcher;
  readonly feed: EventFeed;
  readonly metrics: Metrics;
}

/** Wires the admin API. */
export function answerAdmins(options: GatewayOptions, parts: AdminParts): AdminRouter {
  const { store, admin, explain, held, rematcher, feed, metrics, resolveOrigin, isUnavailable } = parts;
  const router = createAdminRouter({
    ...admin,
    ...{ explain, held, rematcher, feed, isUnavailable },
    ...createAdminOrigin(resolveOrigin),
    probeUpstream: createProbe(admin.now, options.relayCredential),
    sessionRules: options.sessionRules,
    agentsSilentDays: options.agentsSilentDays,
    oidc: options.oidc && oidcSignIn(options.oidc),
    effectiveSettings: { version: options.version, items: options.effectiveSettings ?? [] },
    maxEventStreams: options.maxEventStreams,
    onChanged: () => {
      store.forgetKeys();
    },
    onTokenRefused: () => {
      metrics.adminTokenRefused();
    },
  });
  metrics.watchEventStreams(router.streams.count);
  return router;
}

function oidcSignIn(oidc: NonNullable<GatewayOptions['oidc']>): OidcSignIn {
  const { roles, label, signsOutThere, neededClaim: claim } = oidc;
  return { provider: createOidcProvider(oidc), claim, roles, label, signsOutThere };
}
