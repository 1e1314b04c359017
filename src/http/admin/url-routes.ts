import { keyConfig, type KeyConfigQuery } from '../../admin/key-config';
import { rebindInstance, rebindKey, type RebindInput } from '../../admin/rebind';
import { bodyProblems, route, type AdminRoute } from './admin-route';

/** Under which URLs keys are good, and what agents are configured with. */
export const urlRoutes: readonly AdminRoute[] = [
  route<unknown, RebindInput>({
    method: 'post',
    path: '/keys/{kid}/rebind',
    changes: '/keys/{kid}',
    operationId: 'rebindKey',
    summary: 'Bind a key to another URL; former URLs go on for a while',
    body: 'Rebind',
    status: 200,
    answer: 'Key',
    problems: ['not_found', ...bodyProblems, 'key_revoked'],
    run: (deps, caller, { id, body }) => rebindKey(deps, caller, id, body),
  }),
  route<KeyConfigQuery>({
    method: 'get',
    path: '/keys/{kid}/config',
    operationId: 'getKeyConfig',
    summary: 'Deployment text for agents, with a placeholder for the key',
    query: 'KeyConfigQuery',
    status: 200,
    answer: 'KeyConfig',
    problems: ['not_found'],
    run: (deps, caller, { id, query }) => keyConfig(deps, caller, id, query),
  }),
  route<unknown, RebindInput>({
    method: 'post',
    path: '/instance/rebind',
    changes: '/instance',
    operationId: 'rebindInstance',
    summary: 'Bind the instance to other URLs; former URLs go on for a while',
    body: 'Rebind',
    status: 200,
    answer: 'Instance',
    problems: [...bodyProblems],
    wholeInstance: true,
    run: (deps, caller, { body }) => rebindInstance(deps, caller, body),
  }),
];
