import { getUpstream, removeUpstream, setUpstream, testUpstream } from '../../admin/upstream';
import { upstreamInputOf, type UpstreamFields } from '../../admin/upstream-fields';
import { bodyProblems, route, type AdminRoute } from './admin-route';

export const upstreamRoutes: readonly AdminRoute[] = [
  route({
    method: 'get',
    path: '/upstream',
    operationId: 'getUpstream',
    summary: 'Where accepted inventories go, without its secrets',
    wholeInstance: true,
    status: 200,
    answer: 'Upstream',
    problems: ['upstream_missing'],
    run: (deps, caller) => getUpstream(deps, caller),
  }),
  route<unknown, UpstreamFields>({
    method: 'post',
    path: '/upstream',
    changes: '/upstream',
    operationId: 'setUpstream',
    summary: 'Pass accepted inventories on to there from now on, in the place of where they went before',
    wholeInstance: true,
    body: 'UpstreamSet',
    status: 200,
    answer: 'Upstream',
    problems: [...bodyProblems, 'upstream_of_settings'],
    run: (deps, caller, { body }) => setUpstream(deps, caller, upstreamInputOf(body)),
  }),
  route({
    method: 'delete',
    path: '/upstream',
    operationId: 'removeUpstream',
    summary: 'Pass nothing on any more; what waits is kept',
    wholeInstance: true,
    status: 204,
    problems: ['upstream_missing', 'upstream_of_settings'],
    run: (deps, caller) => removeUpstream(deps, caller),
  }),
  route({
    method: 'post',
    path: '/upstream/test',
    operationId: 'testUpstream',
    summary: 'Go the way to it step by step, and say where it ends and what to do; nothing is stored there',
    wholeInstance: true,
    status: 200,
    answer: 'UpstreamProbe',
    problems: ['upstream_missing'],
    run: (deps, caller) => testUpstream(deps, caller),
  }),
];
