import { queryOptions } from '@tanstack/react-query';
import { api, give, giveVersioned } from './client';
import { given, listOptions, loadAll } from './lists';
import type { paths } from './openapi';

type Filters<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Query } } }
  ? Omit<NonNullable<Query>, 'limit' | 'after'>
  : never;

export type AssetFilters = Filters<'/assets'>;
export type SubmissionFilters = Filters<'/submissions'>;
export type QuarantineFilters = Filters<'/quarantine'>;
export type JunkFilters = Filters<'/junk'>;
export type ForwardFilters = Filters<'/forward/assets'>;
export type KeyFilters = Filters<'/keys'>;
export type AuditFilters = Filters<'/audit'>;
export type HistoryFilters = Filters<'/assets/{id}/history'>;
export type BanFilters = Filters<'/bans'>;
export type AgentFilters = Filters<'/agents'>;
export type EventFilters = Omit<Filters<'/events'>, 'submissions'>;
export type RegistrationFilters = Filters<'/registrations'>;
export type DeliveryFilters = Filters<'/webhooks/{id}/deliveries'>;

/** Entities and keys are few and change seldom; every page names them. */
const fewMinutesMs = 120_000;

export const entitiesQuery = queryOptions({
  queryKey: ['entities'],
  queryFn: () => loadAll((page) => give(api.GET('/entities', { params: { query: page } }))),
  staleTime: fewMinutesMs,
});

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: () => loadAll((page) => give(api.GET('/keys', { params: { query: page } }))),
  staleTime: fewMinutesMs,
});

export const keysFoundQuery = (filters: KeyFilters) =>
  queryOptions({
    queryKey: ['keys', 'found', given(filters)],
    queryFn: () =>
      loadAll((page) => give(api.GET('/keys', { params: { query: { ...given(filters), ...page } } }))),
  });

export const keyQuery = (kid: string) =>
  queryOptions({
    queryKey: ['keys', kid],
    queryFn: () => give(api.GET('/keys/{kid}', { params: { path: { kid } } })),
  });

/** For a form: as it is now, and not asked for again under the hands of whoever fills it in. */
const forForm = { staleTime: Infinity, gcTime: 0 } as const;

export const keyToChangeQuery = (kid: string) =>
  queryOptions({
    queryKey: ['key-to-change', kid],
    queryFn: () => giveVersioned(api.GET('/keys/{kid}', { params: { path: { kid } } })),
    ...forForm,
  });

export const webhookToChangeQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhook-to-change', id],
    queryFn: () => giveVersioned(api.GET('/webhooks/{id}', { params: { path: { id } } })),
    ...forForm,
  });

export const deliveriesQuery = (id: string, filters: DeliveryFilters) =>
  listOptions(['webhooks', id, 'deliveries', given(filters)], (page) =>
    give(
      api.GET('/webhooks/{id}/deliveries', {
        params: { path: { id }, query: { ...given(filters), ...page } },
      }),
    ),
  );

export const assetsQuery = (filters: AssetFilters) =>
  listOptions(['assets', given(filters)], (page) =>
    give(api.GET('/assets', { params: { query: { ...given(filters), ...page } } })),
  );

export const assetQuery = (id: string) =>
  queryOptions({
    queryKey: ['asset', id],
    queryFn: () => give(api.GET('/assets/{id}', { params: { path: { id } } })),
  });

export const assetIdentifiersQuery = (id: string) =>
  queryOptions({
    queryKey: ['asset', id, 'identifiers'],
    queryFn: () => give(api.GET('/assets/{id}/identifiers', { params: { path: { id } } })),
  });

export const assetInventoryQuery = (id: string) =>
  queryOptions({
    queryKey: ['asset', id, 'inventory'],
    queryFn: () => give(api.GET('/assets/{id}/inventory', { params: { path: { id } } })),
  });

export const assetHistoryQuery = (id: string, filters: HistoryFilters) =>
  listOptions(['asset', id, 'history', given(filters)], (page) =>
    give(
      api.GET('/assets/{id}/history', { params: { path: { id }, query: { ...given(filters), ...page } } }),
    ),
  );

export const submissionsQuery = (filters: SubmissionFilters) =>
  listOptions(['submissions', given(filters)], (page) =>
    give(api.GET('/submissions', { params: { query: { ...given(filters), ...page } } })),
  );

export const submissionQuery = (id: string) =>
  queryOptions({
    queryKey: ['submission', id],
    queryFn: () => give(api.GET('/submissions/{id}', { params: { path: { id } } })),
  });

export const agentsQuery = (filters: AgentFilters) =>
  listOptions(['agents', given(filters)], (page) =>
    give(api.GET('/agents', { params: { query: { ...given(filters), ...page } } })),
  );

export const eventsQuery = (filters: EventFilters) =>
  listOptions(['events', given(filters)], (page) =>
    give(api.GET('/events', { params: { query: { ...given(filters), ...page } } })),
  );

export const quarantineQuery = (filters: QuarantineFilters) =>
  listOptions(['quarantine', given(filters)], (page) =>
    give(api.GET('/quarantine', { params: { query: { ...given(filters), ...page } } })),
  );

export const junkQuery = (filters: JunkFilters) =>
  listOptions(['junk', given(filters)], (page) =>
    give(api.GET('/junk', { params: { query: { ...given(filters), ...page } } })),
  );

export const oneJunkQuery = (id: string) =>
  queryOptions({
    queryKey: ['junk', id],
    queryFn: () => give(api.GET('/junk/{id}', { params: { path: { id } } })),
  });

export const heldDeviceQuery = (id: string) =>
  queryOptions({
    queryKey: ['held', id],
    queryFn: () => give(api.GET('/quarantine/{id}', { params: { path: { id } } })),
  });

export const auditQuery = (filters: AuditFilters) =>
  listOptions(['audit', given(filters)], (page) =>
    give(api.GET('/audit', { params: { query: { ...given(filters), ...page } } })),
  );

export const generationsQuery = (kid: string) =>
  queryOptions({
    queryKey: ['keys', kid, 'generations'],
    queryFn: () => give(api.GET('/keys/{kid}/generations', { params: { path: { kid } } })),
  });

type ConfigQuery = NonNullable<paths['/keys/{kid}/config']['get']['parameters']['query']>;
export type Platform = NonNullable<ConfigQuery['for']>;
export type OperatingSystem = NonNullable<ConfigQuery['os']>;

export const deploymentQuery = (kid: string, platform: Platform, os: OperatingSystem) =>
  queryOptions({
    queryKey: ['keys', kid, 'config', platform, os],
    queryFn: () =>
      give(
        api.GET('/keys/{kid}/config', {
          params: { path: { kid }, query: { for: platform, ...(platform === 'glpi-agent' ? { os } : {}) } },
        }),
      ),
    staleTime: fewMinutesMs,
  });

export const overviewQuery = (days: number) =>
  queryOptions({
    queryKey: ['overview', days],
    queryFn: () =>
      give(api.GET('/overview', { params: { query: days <= 2 ? { hours: days * 24 } : { days } } })),
    refetchInterval: 30_000,
  });

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: () => loadAll((page) => give(api.GET('/tokens', { params: { query: page } }))),
});

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: () => give(api.GET('/settings')),
});

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: () => loadAll((page) => give(api.GET('/webhooks', { params: { query: page } }))),
});

export const registrationsQuery = (filters: RegistrationFilters) =>
  listOptions(['registrations', given(filters)], (page) =>
    give(api.GET('/registrations', { params: { query: { ...given(filters), ...page } } })),
  );

export const bansQuery = (filters: BanFilters) =>
  listOptions(['bans', given(filters)], (page) =>
    give(api.GET('/bans', { params: { query: { ...given(filters), ...page } } })),
  );

export const instanceQuery = queryOptions({
  queryKey: ['instance'],
  queryFn: () => give(api.GET('/instance')),
});

export const forwardStatusQuery = queryOptions({
  queryKey: ['forwarding', 'status'],
  queryFn: () => give(api.GET('/forward')),
  // What waits is counted each time: a long backlog less often.
  refetchInterval: ({ state }) => {
    const waiting = state.data?.backlog.waiting ?? 0;
    return waiting > 0 && waiting <= 1000 ? 3000 : 10_000;
  },
});

export const forwardedQuery = (filters: ForwardFilters) =>
  listOptions(['forwarding', 'assets', given(filters)], (page) =>
    give(api.GET('/forward/assets', { params: { query: { ...given(filters), ...page } } })),
  );

export const upstreamQuery = queryOptions({
  queryKey: ['forwarding', 'upstream'],
  queryFn: () => give(api.GET('/upstream')),
});

export const assetForwardingQuery = (id: string) =>
  queryOptions({
    queryKey: ['asset', id, 'forwarding'],
    queryFn: () => give(api.GET('/assets/{id}/forwarding', { params: { path: { id } } })),
  });
