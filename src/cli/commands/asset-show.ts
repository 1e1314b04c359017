import { listAssetIdentifiers, type AssetIdentifierView } from '../../admin/asset-identifiers';
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
    await context.withAdmin(async (admin, caller) => {
      const asset = await getAsset(admin, caller, id);
      const { items } = await listAssetIdentifiers(admin, caller, id);
      return shownAsset(
        asset,
        items.filter(({ why }) => why !== null),
      );
    }),
});

/** `junk`: of its identifiers those that it is not recognised by; left out where nobody asked. */
export function shownAsset(asset: AssetView, junk?: readonly AssetIdentifierView[]): Shown {
  return {
    value: junk === undefined ? asset : { ...asset, junk },
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
          ['left out', junk?.map(({ kind, value, why }) => `${kind} ${value}: ${why ?? ''}`)],
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
