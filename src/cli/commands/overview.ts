import { getOverview, type Overview } from '../../admin/overview';
import { command } from '../command';
import { durationText } from '../printing/duration';
import { sheet, type Screen } from '../printing/table';
import { stateText } from './forward-status';

export const overview = command<object>({
  name: 'overview',
  summary:
    'show how things stand: assets, submissions of a day, held devices, silent agents, what waits for GLPI, keys',
  examples: ['gatehouse overview'],
  run: async (context) => {
    const { agentsSilentDays } = context.settings();
    const seen = await context.withAdmin((admin, caller) =>
      getOverview({ ...admin, agentsSilentDays }, caller, {}),
    );
    return { value: seen, text: (screen) => overviewText(seen, screen) };
  },
});

/** A count that was ended at its bound is shown with a plus. */
const upTo = (count: number, isMore: boolean): string => `${count}${isMore ? '+' : ''}`;

function overviewText(
  { assets, submissions, silent, quarantine, forwarding, keys }: Overview,
  screen: Screen,
): string {
  const sum = (verdict: 'accepted' | 'quarantined' | 'refused'): number =>
    submissions.items.reduce((all, point) => all + point[verdict], 0);
  return sheet(
    [
      ['assets', `${assets.active} active, ${assets.retired} retired`],
      ['by itemtype', assets.byItemtype.map(({ itemtype, count }) => `${itemtype} ${count}`)],
      ['by entity', assets.byEntity.map(({ entity, count }) => `${entity} ${count}`)],
      ['last 24 hours', `${sum('accepted')} accepted, ${sum('quarantined')} held, ${sum('refused')} refused`],
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
