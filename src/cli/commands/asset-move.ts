import { changeAsset } from '../../admin/assets';
import { command } from '../command';
import { chooseEntity } from '../entity-choice';
import { shownAsset } from './asset-show';

export const assetMove = command({
  name: 'asset move',
  summary: 'put an asset into another entity, where it stays',
  arguments: [
    { name: '<id>', description: 'id of the asset' },
    { name: '<entity>', description: 'id, complete name or unique name' },
  ],
  examples: ['gatehouse asset move 0198c0de-0000-7000-8000-000000000001 "Root > France"'],
  run: async (context, _options, id, entity) =>
    await context.withAdmin(async (admin, caller) => {
      const { id: entityId } = await chooseEntity(admin, caller, entity);
      return shownAsset(await changeAsset(admin, caller, id, { entityId }));
    }),
});
