import { changeInstance, getInstance, type InstanceInput } from '../../admin/instances';
import type { PageRequest } from '../../admin/page';
import { getSettings } from '../../admin/settings';
import { createToken, listTokens, revokeToken, type TokenInput } from '../../admin/tokens';
import { bodyProblems, list, route, type AdminRoute } from './admin-route';

export const installationRoutes: readonly AdminRoute[] = [
  list<PageRequest>(
    '/tokens',
    'Token',
    'PageQuery',
    { operationId: 'listTokens', summary: 'Admin tokens of the instance, newest first' },
    (deps, caller, { query }) => listTokens(deps, caller, query),
  ),
  route<unknown, TokenInput>({
    method: 'post',
    path: '/tokens',
    operationId: 'createToken',
    summary: 'Create an admin token; the answer shows it once',
    body: 'TokenCreate',
    status: 201,
    showsSecret: true,
    answer: 'TokenCreated',
    problems: [...bodyProblems],
    run: (deps, caller, { body }) => createToken(deps, caller, body),
  }),
  route({
    method: 'post',
    path: '/tokens/{id}/revoke',
    operationId: 'revokeToken',
    summary: 'Revoke an admin token for ever',
    status: 200,
    answer: 'Token',
    problems: ['not_found', 'last_admin'],
    run: (deps, caller, { id }) => revokeToken(deps, caller, id),
  }),
  route({
    method: 'get',
    path: '/settings',
    operationId: 'getSettings',
    summary: 'The effective settings and where each comes from, without secrets',
    role: 'admin',
    wholeInstance: true,
    status: 200,
    answer: 'SettingList',
    problems: [],
    run: async (deps, caller) => await getSettings(deps.effectiveSettings, caller),
  }),
  route({
    method: 'get',
    path: '/instance',
    operationId: 'getInstance',
    summary: 'The instance that the token belongs to',
    status: 200,
    answer: 'Instance',
    problems: [],
    run: (deps, caller) => getInstance(deps, caller),
  }),
  route<unknown, Partial<InstanceInput>>({
    method: 'patch',
    path: '/instance',
    operationId: 'changeInstance',
    summary: 'Rename the instance or change its public URLs',
    wholeInstance: true,
    body: 'InstancePatch',
    status: 200,
    answer: 'Instance',
    problems: [...bodyProblems, 'instance_exists'],
    run: (deps, caller, { body }) => changeInstance(deps, caller, body),
  }),
];
