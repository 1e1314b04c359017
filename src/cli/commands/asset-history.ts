import { listAssetHistory } from '../../admin/assets';
import { collect, command, limitOption, listed } from '../command';
import { table } from '../printing/table';

export const assetHistory = command<{ limit?: number }>({
  name: 'asset history',
  summary: 'show what happened to an asset, newest first',
  arguments: [{ name: '<id>', description: 'id of the asset' }],
  options: [limitOption],
  examples: ['gatehouse asset history 0198c0de-0000-7000-8000-000000000001'],
  run: async (context, { limit }, id) => {
    const page = await context.withAdmin((admin, caller) =>
      collect(limit, (request) => listAssetHistory(admin, caller, id, request)),
    );
    return listed(page, 'Nothing has happened to it.', (rows, screen) =>
      table(
        rows,
        [
          { title: 'AT', text: ({ at }) => at, isWhole: true },
          { title: 'WHAT', text: ({ kind }) => kind },
          { title: 'BY', text: ({ actor, submissionId }) => actor ?? submissionId },
          { title: 'DETAIL', text: ({ detail }) => JSON.stringify(detail) },
        ],
        screen,
      ),
    );
  },
});
