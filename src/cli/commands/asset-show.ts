import { listAssetIdentifiers, type AssetIdentifierView } from '../../admin/asset-identifiers';
import { getAsset, type AssetView } from '../../admin/assets';
import { getForwarded, type ForwardedAsset } from '../../admin/forwarding/list';
import { command } from '../command';
import type { Shown } from '../shown';
import { sheet } from '../printing/table';
import { aboutForwarding } from './forward-show';

export const assetShow = command({
  name: 'asset show',
  summary: 'show one asset',
  arguments: [{ name: '<id>', description: 'id of the asset' }],
  examples: ['gatehouse asset show 0198c0de-0000-7000-8000-000000000001'],
  run: async (context, _options, id) =>
    await context.withAdmin(async (admin, caller) => {
      const asset = await getAsset(admin, caller, id);
      const { items } = await listAssetIdentifiers(admin, caller, id);
      const junk = items.filter(({ why }) => why !== null);
      const forwarding = await getForwarded(admin, caller, id);
      return shownAsset(asset, { junk, forwarding });
    }),
});

/** Left out where nobody asked. */
interface Beside {
  /** Of its identifiers those that it is not recognised by. */
  readonly junk: readonly AssetIdentifierView[];
  /** What became of it behind. */
  readonly forwarding: ForwardedAsset;
}

export function shownAsset(asset: AssetView, beside?: Beside): Shown {
  const left = beside?.junk.map(({ kind, value, why }) => `${kind} ${value}: ${why ?? ''}`);
  return {
    value: { ...asset, ...beside },
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
          ['left out', left],
          ['key', asset.kid],
          ['first seen', asset.firstSeen],
          ['last seen', asset.lastSeen],
          ['last changed', asset.lastChanged],
          ['last submission', asset.lastSubmission],
          ...(beside === undefined ? [] : aboutForwarding(beside.forwarding)),
        ],
        screen,
      ),
  };
}
