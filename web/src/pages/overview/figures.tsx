import type { Overview } from '../../api/types';
import { Figure } from '../../parts/figure';
import { BlockLink } from '../../parts/links';
import { useTexts } from '../../texts/texts';

/** The numbers of the day; each leads to the list behind it. */
export function Figures({ of: overview }: { readonly of: Overview }) {
  const { t, language } = useTexts();
  const { assets, quarantine, silent, keys } = overview;
  return (
    <>
      <BlockLink to="/assets">
        <Figure
          value={number(language, assets.active)}
          label={t('overview.active')}
          hint={t('overview.retired', { count: assets.retired })}
        />
      </BlockLink>
      <BlockLink to="/quarantine">
        <Figure
          value={number(language, quarantine.open, quarantine.isMore)}
          label={t('overview.waiting')}
          isUrgent={quarantine.open > 0}
        />
      </BlockLink>
      <BlockLink to="/assets" search={{ lastSeenBefore: silent.before, status: 'active' }}>
        <Figure
          value={number(language, silent.count, silent.isMore)}
          label={t('overview.silent')}
          hint={t('overview.silentHint', { days: silent.days })}
        />
      </BlockLink>
      <BlockLink to="/keys">
        <Figure
          value={number(language, keys.length)}
          label={t('overview.keysGood')}
          hint={t('overview.keysHint')}
        />
      </BlockLink>
      {overview.forwarding.upstream === null ? null : <Passing of={overview.forwarding} />}
    </>
  );
}

/** What waits for the server behind, and how that one fares. */
function Passing({ of: { upstream, backlog } }: { readonly of: Overview['forwarding'] }) {
  const { t, language } = useTexts();
  if (upstream === null) return null;
  return (
    <BlockLink to="/forwarding">
      <Figure
        value={number(language, backlog.waiting)}
        label={t('forwarding.waitingForGlpi')}
        hint={
          backlog.dead > 0
            ? t('forwarding.deadCount', { count: backlog.dead })
            : t(`forwarding.states.${upstream.state}`)
        }
        isUrgent={backlog.dead > 0 || upstream.state === 'down'}
      />
    </BlockLink>
  );
}

function number(language: string, value: number, isMore = false): string {
  return `${value.toLocaleString(language)}${isMore ? '+' : ''}`;
}
