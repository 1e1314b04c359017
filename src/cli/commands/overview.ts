import { checkInput } from '../../admin/admin-schemas';
import { getOverview, type Overview, type OverviewQuery } from '../../admin/overview';
import { command, given, wholeNumber } from '../command';
import { chooseEntity } from '../entity-choice';
import { durationText } from '../printing/duration';
import { sheet, type Screen } from '../printing/table';
import { stateText } from './forward-status';

interface Options {
  readonly entity?: string;
  readonly hours?: number;
  readonly days?: number;
  readonly silentDays?: number;
}

export const overview = command<Options>({
  name: 'overview',
  summary:
    'show how things stand: assets, submissions of a day, held devices, silent agents, what waits for GLPI, keys',
  options: [
    { flags: '--entity <entity>', description: 'of this entity and those below it' },
    {
      flags: '--hours <n>',
      description: 'submissions of so many hours (default 24)',
      parse: wholeNumber(1, 168),
    },
    { flags: '--days <n>', description: 'submissions of so many days (UTC)', parse: wholeNumber(1, 366) },
    {
      flags: '--silent-days <n>',
      description: 'silent is who was not heard of for so long (default: AGENTS_SILENT_DAYS)',
      parse: wholeNumber(1, 3650),
    },
  ],
  examples: ['gatehouse overview', 'gatehouse overview --entity "Root > Paris" --days 7'],
  run: async (context, { entity, ...spans }) => {
    const { agentsSilentDays } = context.settings();
    const seen = await context.withAdmin(async (admin, caller) => {
      const scope = entity === undefined ? undefined : (await chooseEntity(admin, caller, entity)).id;
      const query = checkInput('query', 'OverviewQuery', given({ ...spans, entity: scope })) as OverviewQuery;
      return await getOverview({ ...admin, agentsSilentDays }, caller, query);
    });
    return { value: seen, text: (screen) => overviewText(seen, spanText(spans), screen) };
  },
});

/** A count that was ended at its bound is shown with a plus. */
const upTo = (count: number, isMore: boolean): string => `${count}${isMore ? '+' : ''}`;

function spanText({ hours = 24, days }: Omit<Options, 'entity'>): string {
  return days === undefined ? `last ${hours} hours` : `last ${days} days`;
}

function overviewText(
  { assets, submissions, silent, quarantine, forwarding, keys }: Overview,
  span: string,
  screen: Screen,
): string {
  const sum = (verdict: 'accepted' | 'quarantined' | 'refused'): number =>
    submissions.items.reduce((all, point) => all + point[verdict], 0);
  return sheet(
    [
      ['assets', `${assets.active} active, ${assets.retired} retired`],
      ['by itemtype', assets.byItemtype.map(({ itemtype, count }) => `${itemtype} ${count}`)],
      ['by entity', assets.byEntity.map(({ entity, count }) => `${entity} ${count}`)],
      [span, `${sum('accepted')} accepted, ${sum('quarantined')} held, ${sum('refused')} refused`],
      ['waiting for a decision', upTo(quarantine.open, quarantine.isMore)],
      [`silent for ${silent.days} days`, upTo(silent.count, silent.isMore)],
      ['waiting for GLPI', backlogText(forwarding)],
      [
        'keys',
        keys.map(({ kid, name, assets: count, maxAssets }) => {
          const quota = maxAssets === null ? '' : ` of ${maxAssets}`;
          return `${kid} ${name}: ${count}${quota} assets`;
        }),
      ],
    ],
    screen,
  );
}

function backlogText({ upstream, backlog }: Overview['forwarding']): string {
  if (upstream === null) return 'nothing: inventories are stored here only';
  const { waiting, inFlight, dead, oldestWaitSeconds } = backlog;
  const oldest = oldestWaitSeconds === null ? '' : `, the oldest for ${durationText(oldestWaitSeconds)}`;
  const state = upstream.state === 'up' ? '' : `; ${stateText(upstream)}`;
  return `${waiting} inventories, ${inFlight} on their way${oldest}; ${dead} given up${state}`;
}
