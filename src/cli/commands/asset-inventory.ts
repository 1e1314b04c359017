import { getAssetInventory } from '../../admin/assets';
import { command } from '../command';
import { terminalJson } from '../printing/terminal-text';

export const assetInventory = command({
  name: 'asset inventory',
  summary: 'show the inventory of an asset as last merged, as JSON',
  arguments: [{ name: '<id>', description: 'id of the asset' }],
  examples: ['gatehouse asset inventory 0198c0de-0000-7000-8000-000000000001'],
  run: async (context, _options, id) => {
    const inventory = await context.withAdmin((admin, caller) => getAssetInventory(admin, caller, id));
    return { value: inventory, text: () => terminalJson(inventory) };
  },
});
