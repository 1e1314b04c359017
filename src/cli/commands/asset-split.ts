import { InvalidArgumentError } from 'commander';
import { checkInput } from '../../admin/admin-schemas';
import { splitAsset, type SplitInput } from '../../admin/split-asset';
import { command, given } from '../command';
import { shownAsset } from './asset-show';

interface Options {
  readonly identifier?: readonly { readonly kind: string; readonly value: string }[];
  readonly submission?: string;
  readonly note?: string;
}

export const assetSplit = command<Options>({
  name: 'asset split',
  summary: 'take identifiers out of an asset into another one, which is shown: they are two machines',
  arguments: [{ name: '<id>', description: 'id of the asset' }],
  options: [
    {
      flags: '--identifier <kind=value>',
      description: 'what leaves, as in mac=b8:ca:3a:00:01:01; several times for several',
      parse: identifiers,
    },
    { flags: '--submission <id>', description: 'instead: what only this submission showed' },
    { flags: '--note <text>', description: 'why, for the next who looks' },
  ],
  examples: [
    'gatehouse asset split 0198c0de-0000-7000-8000-000000000001 --identifier mac=b8:ca:3a:00:01:01',
    'gatehouse asset split 0198c0de-0000-7000-8000-000000000001 --submission 0198c0de-0000-7000-8000-000000000003',
  ],
  run: async (context, { identifier, submission, note }, id) => {
    const body = given({ identifiers: identifier, submissionId: submission, note });
    const input = checkInput('body', 'AssetSplitInput', body) as SplitInput;
    const answer = await context.withAdmin((admin, caller) => splitAsset(admin, caller, id, input));
    return { value: answer, text: shownAsset(answer.split).text };
  },
});

/** The option may be given several times; values hold commas and equals signs. */
function identifiers(text: string, previous: unknown): NonNullable<Options['identifier']> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('must be kind=value, such as mac=b8:ca:3a:00:01:01.');
  const before = Array.isArray(previous) ? (previous as NonNullable<Options['identifier']>) : [];
  return [...before, { kind: text.slice(0, at), value: text.slice(at + 1) }];
}
