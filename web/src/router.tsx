import { createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { console_, root, signIn } from './console-route';
import { RouteFailed } from './layout/route-failed';
import { parseSearch, stringifySearch, textSearch } from './search-parameters';

const overview = createRoute({
  getParentRoute: () => console_,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/overview/overview-page'), 'OverviewPage'),
});

const assets = createRoute({
  getParentRoute: () => console_,
  path: '/assets',
  validateSearch: textSearch(
    ...([
      'entity',
      'recursive',
      'key',
      'itemtype',
      'status',
      ...(['q', 'name', 'serial', 'uuid', 'mac', 'ip', 'deviceid'] as const),
      'software',
      'os',
      'agentVersion',
      'lastSeenBefore',
      'lastSeenAfter',
    ] as const),
  ),
  component: lazyRouteComponent(() => import('./pages/assets/assets-page'), 'AssetsPage'),
});

const keys = createRoute({
  getParentRoute: () => console_,
  path: '/keys',
  validateSearch: textSearch('entity', 'recursive', 'state', 'mode', 'name', 'owner'),
  component: lazyRouteComponent(() => import('./pages/keys/keys-page'), 'KeysPage'),
});

const key = createRoute({
  getParentRoute: () => console_,
  path: '/keys/$kid',
  component: lazyRouteComponent(() => import('./pages/keys/key-page'), 'KeyPage'),
});

const newKey = createRoute({
  getParentRoute: () => console_,
  path: '/keys/new',
  component: lazyRouteComponent(() => import('./pages/keys/new-key-page'), 'NewKeyPage'),
});

const asset = createRoute({
  getParentRoute: () => console_,
  path: '/assets/$id',
  validateSearch: textSearch('tab'),
  component: lazyRouteComponent(() => import('./pages/asset/asset-page'), 'AssetPage'),
});

const quarantine = createRoute({
  getParentRoute: () => console_,
  path: '/quarantine',
  validateSearch: textSearch('resolved', 'key', 'reason', 'asset', 'entity', 'recursive'),
  component: lazyRouteComponent(() => import('./pages/quarantine/quarantine-page'), 'QuarantinePage'),
});

const heldDevice = createRoute({
  getParentRoute: () => console_,
  path: '/quarantine/$id',
  component: lazyRouteComponent(() => import('./pages/quarantine/held-device-page'), 'HeldDevicePage'),
});

const junk = createRoute({
  getParentRoute: () => console_,
  path: '/junk',
  validateSearch: textSearch('state', 'kind', 'key', 'value', 'show'),
  component: lazyRouteComponent(() => import('./pages/junk/junk-page'), 'JunkPage'),
});

const submissions = createRoute({
  getParentRoute: () => console_,
  path: '/submissions',
  validateSearch: textSearch(
    ...(['verdict', 'outcome', 'reason', 'key', 'asset', 'deviceid'] as const),
    ...(['entity', 'recursive', 'since', 'before'] as const),
  ),
  component: lazyRouteComponent(() => import('./pages/submissions/submissions-page'), 'SubmissionsPage'),
});

const submission = createRoute({
  getParentRoute: () => console_,
  path: '/submissions/$id',
  component: lazyRouteComponent(() => import('./pages/submissions/submission-page'), 'SubmissionPage'),
});

const agents = createRoute({
  getParentRoute: () => console_,
  path: '/agents',
  validateSearch: textSearch(
    ...(['key', 'deviceid', 'generation', 'fullAwaited', 'hasInventory', 'usesFormerUrl'] as const),
    ...(['entity', 'recursive', 'lastContactBefore'] as const),
  ),
  component: lazyRouteComponent(() => import('./pages/agents/agents-page'), 'AgentsPage'),
});

const explain = createRoute({
  getParentRoute: () => console_,
  path: '/explain',
  validateSearch: textSearch('key'),
  component: lazyRouteComponent(() => import('./pages/explain/explain-page'), 'ExplainPage'),
});

const events = createRoute({
  getParentRoute: () => console_,
  path: '/events',
  validateSearch: textSearch('kind', 'object', 'entity', 'recursive', 'since', 'before'),
  component: lazyRouteComponent(() => import('./pages/events/events-page'), 'EventsPage'),
});

const entities = createRoute({
  getParentRoute: () => console_,
  path: '/entities',
  component: lazyRouteComponent(() => import('./pages/entities/entities-page'), 'EntitiesPage'),
});

const forwarding = createRoute({
  getParentRoute: () => console_,
  path: '/forwarding',
  validateSearch: textSearch('state', 'reason', 'entity', 'recursive'),
  component: lazyRouteComponent(() => import('./pages/forwarding/forwarding-page'), 'ForwardingPage'),
});

const audit = createRoute({
  getParentRoute: () => console_,
  path: '/audit',
  validateSearch: textSearch('object', 'actor', 'action', 'since', 'before'),
  component: lazyRouteComponent(() => import('./pages/audit/audit-page'), 'AuditPage'),
});

const registrations = createRoute({
  getParentRoute: () => console_,
  path: '/registrations',
  validateSearch: textSearch('key', 'kind'),
  component: lazyRouteComponent(
    () => import('./pages/registrations/registrations-page'),
    'RegistrationsPage',
  ),
});

const bans = createRoute({
  getParentRoute: () => console_,
  path: '/bans',
  validateSearch: textSearch('value', 'case'),
  component: lazyRouteComponent(() => import('./pages/bans/bans-page'), 'BansPage'),
});

const settings = createRoute({
  getParentRoute: () => console_,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings/settings-page'), 'SettingsPage'),
});

const welcome = createRoute({
  getParentRoute: () => console_,
  path: '/welcome',
  component: lazyRouteComponent(() => import('./pages/welcome/welcome-page'), 'WelcomePage'),
});

const routeTree = root.addChildren([
  signIn,
  console_.addChildren([
    overview,
    assets,
    asset,
    keys,
    newKey,
    key,
    quarantine,
    heldDevice,
    junk,
    submissions,
    submission,
    explain,
    agents,
    events,
    entities,
    forwarding,
    audit,
    registrations,
    bans,
    settings,
    welcome,
  ]),
]);

export const router = createRouter({
  routeTree,
  basepath: '/admin',
  parseSearch,
  stringifySearch,
  scrollRestoration: true,
  defaultPreload: 'intent',
  defaultErrorComponent: RouteFailed,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
