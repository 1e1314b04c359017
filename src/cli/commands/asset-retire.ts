import { changeAsset } from '../../admin/assets';
import { command } from '../command';
import { shownAsset } from './asset-show';

export const assetRetire = command({
  name: 'asset retire',
  summary: 'take an asset out of use; its inventories are refused from now on',
  arguments: [{ name: '<id>', description: 'id of the asset' }],
  examples: ['gatehouse asset retire 0198c0de-0000-7000-8000-000000000001'],
  run: async (context, _options, id) =>
    shownAsset(
      await context.withAdmin((admin, caller) => changeAsset(admin, caller, id, { status: 'retired' })),
    ),
});
