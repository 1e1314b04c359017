import { liftBan, listBans, type BanQuery } from '../../admin/bans';
import { getCase, listQuarantine, type QuarantineQuery } from '../../admin/quarantine';
import {
  reopen,
  resolveCase,
  resolveCases,
  type BulkInput,
  type ResolutionInput,
} from '../../admin/resolve-quarantined';
import { bodyProblems, list, route, type AdminRoute } from './admin-route';

export const quarantineRoutes: readonly AdminRoute[] = [
  list<QuarantineQuery>(
    '/quarantine',
    'HeldDevice',
    'QuarantineQuery',
    {
      operationId: 'listQuarantine',
      summary:
        'Held devices that wait for a decision, the latest seen first; each with the asset it conflicts with',
    },
    (deps, caller, { query }) => listQuarantine(deps, caller, query),
  ),
  route<unknown, BulkInput>({
    method: 'post',
    path: '/quarantine/resolve',
    operationId: 'resolveManyQuarantined',
    summary: 'Decide alike on up to 100 held devices; each on its own, with an answer of its own',
    body: 'BulkResolution',
    status: 200,
    answer: 'BulkResolved',
    role: 'operator',
    problems: bodyProblems,
    run: (deps, caller, { body }) => resolveCases(deps, caller, body),
  }),
  route({
    method: 'get',
    path: '/quarantine/{id}',
    operationId: 'getQuarantined',
    summary: 'One held device side by side with the asset it conflicts with',
    status: 200,
    answer: 'HeldDeviceDetail',
    problems: ['not_found'],
    run: (deps, caller, { id }) => getCase(deps, caller, id),
  }),
  route<unknown, ResolutionInput>({
    method: 'post',
    path: '/quarantine/{submissionId}/resolve',
    operationId: 'resolveQuarantined',
    summary: 'Decide on a held device: it is the asset, it is a new one, reject it, or ban it',
    body: 'Resolution',
    status: 200,
    answer: 'HeldDevice',
    role: 'operator',
    problems: ['not_found', ...bodyProblems, 'already_resolved', 'resolution_impossible'],
    run: (deps, caller, { id, body }) => resolveCase(deps, caller, id, body),
  }),
  route({
    method: 'post',
    path: '/quarantine/{submissionId}/reopen',
    operationId: 'reopenQuarantined',
    summary: 'Take a decision back: the device is judged afresh. What was made of it stays',
    status: 200,
    answer: 'HeldDevice',
    role: 'operator',
    problems: ['not_found', 'resolution_impossible'],
    run: (deps, caller, { id }) => reopen(deps, caller, id),
  }),
  list<BanQuery>(
    '/bans',
    'Ban',
    'BanQuery',
    { operationId: 'listBans', summary: 'Banned identifiers, newest first', wholeInstance: true },
    (deps, caller, { query }) => listBans(deps, caller, query),
  ),
  route({
    method: 'post',
    path: '/bans/{id}/lift',
    operationId: 'liftBan',
    summary: 'Let a banned identifier be shown again',
    status: 200,
    answer: 'Ban',
    wholeInstance: true,
    problems: ['not_found'],
    run: (deps, caller, { id }) => liftBan(deps, caller, id),
  }),
];
