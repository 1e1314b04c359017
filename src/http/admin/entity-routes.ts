import {
  changeEntity,
  createEntity,
  getEntity,
  listEntities,
  removeEntity,
  type EntityInput,
  type EntityQuery,
} from '../../admin/entities';
import { bodyProblems, list, route, type AdminRoute } from './admin-route';

const clashes = ['entity_exists', 'entity_tag_taken', 'entity_limit_reached'] as const;

export const entityRoutes: readonly AdminRoute[] = [
  list<EntityQuery>(
    '/entities',
    'Entity',
    'EntityQuery',
    { operationId: 'listEntities', summary: 'Entities, newest first' },
    (deps, caller, { query }) => listEntities(deps, caller, query),
  ),
  route<unknown, EntityInput>({
    method: 'post',
    path: '/entities',
    operationId: 'createEntity',
    summary: 'Create an entity',
    body: 'EntityCreate',
    status: 201,
    answer: 'Entity',
    problems: [...bodyProblems, ...clashes],
    run: (deps, caller, { body }) => createEntity(deps, caller, body),
  }),
  route({
    method: 'get',
    path: '/entities/{id}',
    operationId: 'getEntity',
    summary: 'One entity',
    status: 200,
    answer: 'Entity',
    problems: ['not_found'],
    run: (deps, caller, { id }) => getEntity(deps, caller, id),
  }),
  route<unknown, Partial<EntityInput>>({
    method: 'patch',
    path: '/entities/{id}',
    operationId: 'changeEntity',
    summary: 'Rename an entity, move it or change its tag',
    body: 'EntityPatch',
    status: 200,
    answer: 'Entity',
    problems: ['not_found', ...bodyProblems, ...clashes, 'entity_cycle', 'entity_in_use'],
    run: (deps, caller, { id, body }) => changeEntity(deps, caller, id, body),
  }),
  route({
    method: 'delete',
    path: '/entities/{id}',
    operationId: 'deleteEntity',
    summary: 'Delete an entity that nothing uses',
    status: 204,
    problems: ['not_found', 'entity_in_use'],
    run: (deps, caller, { id }) => removeEntity(deps, caller, id),
  }),
];
