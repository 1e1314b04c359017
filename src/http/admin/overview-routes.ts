import { listEvents, type EventQuery } from '../../admin/events';
import { getOverview, type OverviewQuery } from '../../admin/overview';
import { list, route, type AdminRoute } from './admin-route';

/** What the console's first page shows, and what happens meanwhile. */
export const overviewRoutes: readonly AdminRoute[] = [
  route<OverviewQuery>({
    method: 'get',
    path: '/overview',
    operationId: 'getOverview',
    summary: 'Submissions over time, assets, silent agents, what is held, and how keys are used, in numbers',
    query: 'OverviewQuery',
    status: 200,
    answer: 'Overview',
    problems: [],
    run: (deps, caller, { query }) => getOverview(deps, caller, query),
  }),
  list<EventQuery>(
    '/events',
    'Event',
    'EventQuery',
    {
      operationId: 'listEvents',
      summary: 'What happened, newest first; with Accept: text/event-stream as it happens',
      problems: ['too_many_streams'],
      stream: true,
    },
    (deps, caller, { query }) => listEvents(deps, caller, query),
  ),
];
