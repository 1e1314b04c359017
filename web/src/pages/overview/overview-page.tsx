import { Grid, SegmentedControl, SimpleGrid, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { overviewQuery } from '../../api/queries';
import { LiveMark } from '../../live/live-mark';
import { liveKinds } from '../../live/live-stream';
import { useLive } from '../../live/use-live';
import type { Overview } from '../../api/types';
import { ButtonLink } from '../../parts/links';
import { Loaded } from '../../parts/loaded';
import { PageHead } from '../../parts/page-head';
import { Section } from '../../parts/section';
import { useTexts } from '../../texts/texts';
import { FirstSteps } from './first-steps';
import { KeyUsage, NewestConflicts } from './overview-lists';
import { AssetBars } from './asset-bars';
import { Figures } from './figures';

const SubmissionChart = lazy(() => import('./submission-chart'));
/** The figures are counted for each time of asking. */
const liveEveryMs = 5000;
const overviewKeys = [['overview']];
const spans = [
  ['1', 'day'],
  ['7', 'week'],
  ['30', 'month'],
] as const;

export function OverviewPage() {
  const { t } = useTexts();
  const [days, setDays] = useState('7');
  const query = useQuery(overviewQuery(Number(days)));
  useLive({ queryKeys: overviewKeys, kinds: liveKinds, intervalMs: liveEveryMs });
  return (
    <>
      <PageHead
        title={t('overview.title')}
        about={t('overview.about')}
        actions={
          <>
            <LiveMark />
            <SegmentedControl
              size="xs"
              aria-label={t('overview.span')}
              value={days}
              data={spans.map(([value, name]) => ({ value, label: t(`overview.days.${name}`) }))}
              onChange={setDays}
            />
          </>
        }
      />
      <Loaded query={query}>{(overview) => <OverviewView of={overview} />}</Loaded>
    </>
  );
}

function OverviewView({ of: overview }: { readonly of: Overview }) {
  const { t } = useTexts();
  const { assets, submissions } = overview;
  const isFirst = assets.active + assets.retired === 0;
  return (
    <Stack>
      {isFirst ? <FirstSteps /> : null}
      <SimpleGrid cols={{ base: 2, lg: overview.forwarding.upstream === null ? 4 : 5 }}>
        <Figures of={overview} />
      </SimpleGrid>
      <Section
        title={t('overview.submissions')}
        actions={
          <ButtonLink to="/submissions" size="xs" variant="subtle">
            {t('overview.seeAll')}
          </ButtonLink>
        }
      >
        <Suspense fallback={<Skeleton h={240} />}>
          <SubmissionChart span={submissions.span} items={submissions.items} />
        </Suspense>
      </Section>
      <Grid>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <NewestConflicts held={overview.quarantine.newest} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <KeyUsage keys={overview.keys} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <AssetBars.ByEntity of={assets} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <AssetBars.ByItemtype of={assets} />
        </Grid.Col>
      </Grid>
    </Stack>
  );
}
