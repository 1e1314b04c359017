import { checkInput } from '../../admin/admin-schemas';
import {
  resolveCase,
  resolveCases,
  type BulkAnswer,
  type BulkInput,
  type ResolutionInput,
} from '../../admin/resolve-quarantined';
import { command, given } from '../command';
import { chooseEntity } from '../entity-choice';
import { exitCodes } from '../exit-code';
import { sheet, table } from '../printing/table';
import type { Shown } from '../shown';
import { withGateway } from '../with-gateway';
import { aboutCase } from './quarantine-text';

interface Options {
  readonly asset?: string;
  readonly entity?: string;
  readonly note?: string;
}

export const quarantineResolve = command<Options>({
  name: 'quarantine resolve',
  summary: 'decide on held devices; same and new run what they sent through the pipeline again',
  arguments: [
    {
      name: '<ids>',
      description: 'of a case or of one of its submissions; several with commas, at most 100',
    },
    {
      name: '<action>',
      description:
        'same: it is the asset; new: a device of its own; reject: refuse it; ban: refuse what it shows, under every key',
    },
  ],
  options: [
    { flags: '--asset <id>', description: 'for same: which asset (default: the one it claims to be)' },
    { flags: '--entity <entity>', description: 'for new: where it belongs (default: where the key says)' },
    { flags: '--note <text>', description: 'why, for the next who looks' },
  ],
  examples: [
    'gatehouse quarantine resolve 0198c0de-0000-7000-8000-000000000002 same --note "new mainboard"',
    'gatehouse quarantine resolve 0198c0de-0000-7000-8000-000000000002 new --entity "Root > France"',
  ],
  run: async (context, { asset, entity, note }, ids, action) =>
    await withGateway(context, async (gateway, caller): Promise<Shown> => {
      const deps = { ...gateway.admin, held: gateway.held };
      const entityId = entity === undefined ? undefined : (await chooseEntity(deps, caller, entity)).id;
      const each = ids.split(',').map((id) => id.trim());
      const decision = given({ action, assetId: asset, entityId, note });
      if (each.length > 1) {
        const input = checkInput('body', 'BulkResolution', { ids: each, ...decision }) as BulkInput;
        return shownBulk(await resolveCases(deps, caller, input));
      }
      const input = checkInput('body', 'Resolution', decision) as ResolutionInput;
      const resolved = await resolveCase(deps, caller, each[0] ?? '', input);
      return { value: resolved, text: (screen) => sheet(aboutCase(resolved), screen) };
    }),
});

function shownBulk(answer: BulkAnswer): Shown {
  return {
    value: answer,
    text: (screen) =>
      table(
        answer.items,
        [
          { title: 'CASE', text: ({ id }) => id, isWhole: true },
          { title: 'STATE', text: ({ state }) => state },
          { title: 'ASSET', text: ({ result }) => result?.assetId },
          { title: 'WHY', text: ({ detail }) => detail },
        ],
        screen,
      ),
    exitCode: answer.items.every(({ state }) => state === 'resolved') ? exitCodes.done : exitCodes.refused,
  };
}
