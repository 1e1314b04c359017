import { Card, Text } from '@mantine/core';
import type { Overview } from '../../api/types';
import { BlockLink } from '../../parts/links';
import { useTexts } from '../../texts/texts';
import classes from './figures.module.css';

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

interface FigureProps {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
  readonly isUrgent?: boolean;
}

function Figure({ value, label, hint, isUrgent = false }: FigureProps) {
  return (
    <Card withBorder padding="md" h="100%" className={classes.figure} data-urgent={isUrgent || undefined}>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fz={30} fw={680} lh={1.2}>
        {value}
      </Text>
      <Text size="xs" c="dimmed" mih="1.4em">
        {hint}
      </Text>
    </Card>
  );
}
