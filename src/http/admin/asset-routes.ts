import type { AssetQuery } from '../../admin/asset-query';
import {
  changeAsset,
  getAsset,
  getAssetInventory,
  listAssetHistory,
  listAssets,
  type AssetPatch,
} from '../../admin/assets';
import type { PageRequest } from '../../admin/page';
import { listAssetSubmissions } from '../../admin/submissions';
import { bodyProblems, list, route, type AdminRoute } from './admin-route';

export const assetRoutes: readonly AdminRoute[] = [
  list<AssetQuery>(
    '/assets',
    'Asset',
    'AssetQuery',
    { operationId: 'listAssets', summary: 'Assets, newest first; every filter given must hold' },
    (deps, caller, { query }) => listAssets(deps, caller, query),
  ),
  route({
    method: 'get',
    path: '/assets/{id}',
    operationId: 'getAsset',
    summary: 'One asset',
    status: 200,
    answer: 'Asset',
    problems: ['not_found'],
    run: (deps, caller, { id }) => getAsset(deps, caller, id),
  }),
  route<unknown, AssetPatch>({
    method: 'patch',
    path: '/assets/{id}',
    operationId: 'changeAsset',
    summary: 'Retire an asset, bring it back, or move it to another entity',
    role: 'operator',
    body: 'AssetPatch',
    status: 200,
    answer: 'Asset',
    problems: ['not_found', ...bodyProblems],
    run: (deps, caller, { id, body }) => changeAsset(deps, caller, id, body),
  }),
  route({
    method: 'get',
    path: '/assets/{id}/inventory',
    operationId: 'getAssetInventory',
    summary: 'The inventory of an asset as last merged',
    status: 200,
    answer: 'AssetInventory',
    problems: ['not_found'],
    run: (deps, caller, { id }) => getAssetInventory(deps, caller, id),
  }),
  list<PageRequest>(
    '/assets/{id}/history',
    'AssetEvent',
    'PageQuery',
    {
      operationId: 'listAssetHistory',
      summary: 'What happened to an asset, newest first',
      problems: ['not_found'],
    },
    (deps, caller, { id, query }) => listAssetHistory(deps, caller, id, query),
  ),
  list<PageRequest>(
    '/assets/{id}/submissions',
    'Submission',
    'PageQuery',
    {
      operationId: 'listAssetSubmissions',
      summary: 'Submissions of an asset, newest first',
      problems: ['not_found'],
    },
    (deps, caller, { id, query }) => listAssetSubmissions(deps, caller, id, query),
  ),
];
