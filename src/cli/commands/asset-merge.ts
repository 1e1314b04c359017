import { checkInput } from '../../admin/admin-schemas';
import { mergeAssets, type MergeInput } from '../../admin/merge-assets';
import { unmergeAsset } from '../../admin/unmerge-asset';
import { command, given, list } from '../command';
import { shownAsset } from './asset-show';

interface Options {
  readonly from: string[];
  readonly note?: string;
  readonly force?: true;
}

export const assetMerge = command<Options>({
  name: 'asset merge',
  summary: 'make other assets parts of this one: they are the same machine',
  arguments: [{ name: '<id>', description: 'id of the asset that stays' }],
  options: [
    {
      flags: '--from <ids>',
      description: 'assets that become parts of it; several with commas, at most 16',
      isRequired: true,
      parse: list,
    },
    { flags: '--note <text>', description: 'why, for the next who looks' },
    { flags: '--force', description: 'merge although both look alive' },
  ],
  examples: [
    'gatehouse asset merge 0198c0de-0000-7000-8000-000000000001 --from 0198c0de-0000-7000-8000-000000000002',
  ],
  run: async (context, { from, note, force }, id) => {
    const input = checkInput('body', 'AssetMerge', given({ from, note, force })) as MergeInput;
    return shownAsset(await context.withAdmin((admin, caller) => mergeAssets(admin, caller, id, input)));
  },
});

export const assetUnmerge = command({
  name: 'asset unmerge',
  summary: 'make a merged asset one of its own again; the two are held apart from then on',
  arguments: [{ name: '<id>', description: 'id of the asset that became a part' }],
  examples: ['gatehouse asset unmerge 0198c0de-0000-7000-8000-000000000002'],
  run: async (context, _options, id) =>
    shownAsset(await context.withAdmin((admin, caller) => unmergeAsset(admin, caller, id))),
});
