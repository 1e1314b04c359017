import { forgetJunk, getJunk, listJunk, sayJunk, type JunkInput, type JunkQuery } from '../../admin/junk';
import { replayMatch, type MatchReplayInput } from '../../admin/match-replay';
import { bodyProblems, list, route, type AdminRoute } from './admin-route';

/** Values that recognise nothing. */
export const junkRoutes: readonly AdminRoute[] = [
  list<JunkQuery>(
    '/junk',
    'Junk',
    'JunkQuery',
    {
      operationId: 'listJunk',
      summary: 'Identifiers that are junk, and those that are allowed all the same, newest first',
    },
    (deps, caller, { query }) => listJunk(deps, caller, query),
  ),
  route({
    method: 'get',
    path: '/junk/{id}',
    operationId: 'getJunk',
    summary: 'Why a value is junk: the machines that showed it, since when, and what follows',
    status: 200,
    answer: 'JunkDetail',
    problems: ['not_found'],
    run: (deps, caller, { id }) => getJunk(deps, caller, id),
  }),
  route<unknown, JunkInput>({
    method: 'post',
    path: '/junk',
    operationId: 'sayJunk',
    summary: 'Declare a value junk, or allow it, for one key or for all (that needs a token without limit)',
    body: 'JunkInput',
    status: 200,
    answer: 'JunkDetail',
    role: 'operator',
    problems: [...bodyProblems, 'junk_known', 'junk_limit_reached'],
    run: (deps, caller, { body }) => sayJunk(deps, caller, body),
  }),
  route({
    method: 'post',
    path: '/junk/{id}/forget',
    operationId: 'forgetJunk',
    summary: 'Take back what was said or learned of a value (for all keys: needs a token without limit)',
    status: 200,
    answer: 'Junk',
    role: 'operator',
    problems: ['not_found'],
    run: (deps, caller, { id }) => forgetJunk(deps, caller, id),
  }),
  route<unknown, MatchReplayInput>({
    method: 'post',
    path: '/match/replay',
    operationId: 'replayMatch',
    summary:
      'Which stored assets and held devices would be decided on otherwise, if this were said of junk; writes nothing',
    body: 'MatchReplayInput',
    status: 200,
    answer: 'MatchReplay',
    role: 'operator',
    problems: bodyProblems,
    run: (deps, caller, { body }) => replayMatch(deps, caller, body),
  }),
];
