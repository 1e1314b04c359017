import { listAssetIdentifiers } from '../../admin/asset-identifiers';
import { listAssetHistory, type HistoryQuery } from '../../admin/asset-history';
import type { AssetQuery } from '../../admin/asset-query';
import { changeAsset, getAsset, getAssetInventory, listAssets, type AssetPatch } from '../../admin/assets';
import { mergeAssets, type MergeInput } from '../../admin/merge-assets';
import type { PageRequest } from '../../admin/page';
import { splitAsset, type SplitInput } from '../../admin/split-asset';
import { unmergeAsset } from '../../admin/unmerge-asset';
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
  route({
    method: 'get',
    path: '/assets/{id}/identifiers',
    operationId: 'getAssetIdentifiers',
    summary: 'What an asset is recognised by, and what of it is junk and why',
    status: 200,
    answer: 'AssetIdentifiers',
    problems: ['not_found'],
    run: (deps, caller, { id }) => listAssetIdentifiers(deps, caller, id),
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
    problems: ['not_found', 'asset_merged', ...bodyProblems],
    run: (deps, caller, { id, body }) => changeAsset(deps, caller, id, body),
  }),
  route<unknown, MergeInput>({
    method: 'post',
    path: '/assets/{id}/merge',
    changes: '/assets/{id}',
    operationId: 'mergeAssets',
    summary: 'Make other assets parts of this one: they are the same machine',
    role: 'operator',
    body: 'AssetMerge',
    status: 200,
    answer: 'Asset',
    problems: ['not_found', 'asset_merged', 'merge_conflict', ...bodyProblems],
    run: (deps, caller, { id, body }) => mergeAssets(deps, caller, id, body),
  }),
  route({
    method: 'post',
    path: '/assets/{id}/unmerge',
    changes: '/assets/{id}',
    operationId: 'unmergeAsset',
    summary: 'Make a merged asset one of its own again',
    role: 'operator',
    status: 200,
    answer: 'Asset',
    problems: ['not_found', 'asset_not_merged'],
    run: (deps, caller, { id }) => unmergeAsset(deps, caller, id),
  }),
  route<unknown, SplitInput>({
    method: 'post',
    path: '/assets/{id}/split',
    changes: '/assets/{id}',
    operationId: 'splitAsset',
    summary: 'Take identifiers out of an asset into another one: they are two machines',
    role: 'operator',
    body: 'AssetSplitInput',
    status: 200,
    answer: 'AssetSplit',
    problems: ['not_found', 'asset_merged', 'split_impossible', ...bodyProblems],
    run: (deps, caller, { id, body }) => splitAsset(deps, caller, id, body),
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
  list<HistoryQuery>(
    '/assets/{id}/history',
    'AssetEvent',
    'HistoryQuery',
    {
      operationId: 'listAssetHistory',
      summary: 'What happened to an asset and to its merged parts, newest first',
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
