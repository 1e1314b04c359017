import { changeAsset } from '../../admin/assets';
import { command } from '../command';
import { shownAsset } from './asset-show';

export const assetReactivate = command({
  name: 'asset reactivate',
  summary: 'bring a retired asset back',
  arguments: [{ name: '<id>', description: 'id of the asset' }],
  examples: ['gatehouse asset reactivate 0198c0de-0000-7000-8000-000000000001'],
  run: async (context, _options, id) =>
    shownAsset(
      await context.withAdmin((admin, caller) => changeAsset(admin, caller, id, { status: 'active' })),
    ),
});
