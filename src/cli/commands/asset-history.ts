import { checkInput } from '../../admin/admin-schemas';
import { listAssetHistory, type AssetEventView, type HistoryQuery } from '../../admin/asset-history';
import { collect, command, given, limitOption, listed } from '../command';
import type { Screen } from '../printing/table';
import { terminalText } from '../printing/terminal-text';

export const assetHistory = command<{ limit?: number; kind?: string }>({
  name: 'asset history',
  summary: 'show what happened to an asset and to what was merged into it, newest first',
  arguments: [{ name: '<id>', description: 'id of the asset' }],
  options: [
    { flags: '--kind <kind>', description: 'only these: created, updated, moved, retired, merged, split, …' },
    limitOption,
  ],
  examples: [
    'gatehouse asset history 0198c0de-0000-7000-8000-000000000001',
    'gatehouse asset history 0198c0de-0000-7000-8000-000000000001 --kind moved --json',
  ],
  run: async (context, { limit, kind }, id) => {
    const query = checkInput('query', 'HistoryQuery', given({ kind })) as HistoryQuery;
    const page = await context.withAdmin((admin, caller) =>
      collect(limit, (request) => listAssetHistory(admin, caller, id, { ...query, ...request })),
    );
    return listed(page, 'Nothing has happened to it.', (events, screen) =>
      events.map((event) => drawn(event, id, screen)).join('\n'),
    );
  },
});

/** A head of when and by whom, and what happened below it. Lines are never cut: they are there to be read. */
function drawn(
  { at, kind, assetId, actor, submissionId, lines }: AssetEventView,
  id: string,
  screen: Screen,
) {
  const by = actor ?? (submissionId === null ? 'unknown' : `submission ${submissionId}`);
  const of = assetId === id.toLowerCase() ? '' : ` (as ${assetId})`;
  const head = `${screen.paint('bold', at)}  ${kind}${of}  ${screen.paint('dim', `by ${terminalText(by)}`)}`;
  return [head, ...lines.map((line) => `    ${terminalText(line)}`)].join('\n');
}
