import { getAsset, type AssetView } from '../../admin/assets';
import { command } from '../command';
import type { Shown } from '../shown';
import { sheet } from '../printing/table';

export const assetShow = command({
  name: 'asset show',
  summary: 'show one asset',
  arguments: [{ name: '<id>', description: 'id of the asset' }],
  examples: ['gatehouse asset show 0198c0de-0000-7000-8000-000000000001'],
  run: async (context, _options, id) =>
    shownAsset(await context.withAdmin((admin, caller) => getAsset(admin, caller, id))),
});

export function shownAsset(asset: AssetView): Shown {
  return {
    value: asset,
    text: (screen) =>
      sheet(
        [
          ['name', asset.name],
          ['id', asset.id],
          ['itemtype', asset.itemtype],
          ['status', asset.status],
          ['entity', asset.entity],
          ['serial', asset.serial],
          ['uuid', asset.uuid],
          ['network cards', asset.macs],
          ['addresses', asset.ips],
          ['manufacturer', asset.manufacturer],
          ['model', asset.model],
          ['operating system', asset.os],
          ['last user', asset.lastUser],
          ['agent', asset.agentVersion],
          ['deviceids', asset.deviceids],
          ['key', asset.kid],
          ['first seen', asset.firstSeen],
          ['last seen', asset.lastSeen],
          ['last changed', asset.lastChanged],
          ['last submission', asset.lastSubmission],
        ],
        screen,
      ),
  };
}
