import type { AdminRoute } from './admin-route';
import { assetRoutes } from './asset-routes';
import { auditRoutes } from './audit-routes';
import { entityRoutes } from './entity-routes';
import { forwardRoutes } from './forward-routes';
import { glpiRoutes } from './glpi-routes';
import { installationRoutes } from './installation-routes';
import { junkRoutes } from './junk-routes';
import { keyRoutes } from './key-routes';
import { overviewRoutes } from './overview-routes';
import { quarantineRoutes } from './quarantine-routes';
import { sessionRoutes } from './session-routes';
import { registrationRoutes } from './registration-routes';
import { submissionRoutes } from './submission-routes';
import { upstreamRoutes } from './upstream-routes';
import { urlRoutes } from './url-routes';
import { webhookRoutes } from './webhook-routes';

/** Every operation of the admin API. The router and the OpenAPI document are made from this table. */
export const adminRoutes: readonly AdminRoute[] = [
  ...sessionRoutes,
  ...overviewRoutes,
  ...entityRoutes,
  ...glpiRoutes,
  ...keyRoutes,
  ...urlRoutes,
  ...assetRoutes,
  ...submissionRoutes,
  ...quarantineRoutes,
  ...junkRoutes,
  ...registrationRoutes,
  ...webhookRoutes,
  ...forwardRoutes,
  ...upstreamRoutes,
  ...installationRoutes,
  ...auditRoutes,
];
