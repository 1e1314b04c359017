import type { Overview } from '../../api/types';
import { Figure } from '../../parts/figure';
import { BlockLink } from '../../parts/links';
import { useTexts } from '../../texts/texts';

/** The numbers of the day; each leads to the list behind it. */
export function Figures({ of: overview }: { readonly of: Overview }) {
  const { t } = useTexts();
  const { assets, quarantine, silent, keys } = overview;
  return (
    <>
      <BlockLink to="/assets">
        <Figure
          value={number(assets.active)}
          label={t('overview.active')}
          hint={t('overview.retired', { count: assets.retired })}
        />
      </BlockLink>
      <BlockLink to="/quarantine">
        <Figure
          value={number(quarantine.open, quarantine.isMore)}
          label={t('overview.waiting')}
          isUrgent={quarantine.open > 0}
        />
      </BlockLink>
      <BlockLink to="/assets" search={{ lastSeenBefore: silent.before, status: 'active' }}>
        <Figure
          value={number(silent.count, silent.isMore)}
          label={t('overview.silent')}
          hint={t('overview.silentHint', { days: silent.days })}
        />
      </BlockLink>
      <BlockLink to="/keys">
        <Figure value={number(keys.length)} label={t('overview.keysGood')} hint={t('overview.keysHint')} />
      </BlockLink>
    </>
  );
}

function number(value: number, isMore = false): string {
  return `${value.toLocaleString()}${isMore ? '+' : ''}`;
}
