import { Group, SegmentedControl, Stack, Switch, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useLive } from '../../live/use-live';
import { LiveMark } from '../../live/live-mark';
import { type SubmissionFilters, submissionsQuery } from '../../api/queries';
import { EndlessTable } from '../../parts/endless-table';
import { KeyFilter } from '../../parts/key-filter';
import { ExportLinks } from '../../parts/export-links';
import { PageHead } from '../../parts/page-head';
import { useTexts } from '../../texts/texts';
import { useSubmissionColumns } from './submission-columns';

const route = getRouteApi('/console/submissions');
const verdicts = ['accepted', 'quarantined', 'refused'] as const;
/** Least time between two looks at what is new. */
const liveEveryMs = 1000;

export function SubmissionsPage() {
  const { t } = useTexts();
  const search = route.useSearch();
  const [isLive, setLive] = useState(false);
  const columns = useSubmissionColumns();
  const list = submissionsQuery(search as SubmissionFilters);
  useLive({
    // Of pages further down only what scrolled in is asked for again.
    queryKeys: [[...list.queryKey, { after: '' }]],
    kinds: ['submissions.changed', 'quarantine.decided'],
    intervalMs: liveEveryMs,
    isOn: isLive,
  });
  return (
    <>
      <PageHead
        title={t('submissions.title')}
        about={t('submissions.about')}
        actions={
          <>
            {isLive ? <LiveMark /> : null}
            <Switch
              label={t('submissions.follow')}
              title={t('submissions.followHint')}
              checked={isLive}
              onChange={(event) => {
                setLive(event.currentTarget.checked);
              }}
            />
            <ExportLinks list="/submissions" filters={search} />
          </>
        }
      />
      <Stack gap="sm">
        <Filters />
        <EndlessTable
          label={t('submissions.title')}
          list={list}
          columns={columns}
          keyOf={({ id }) => id}
          minWidth={820}
          empty={{ title: t('submissions.empty'), text: t('submissions.emptyText') }}
        />
      </Stack>
    </>
  );
}

function Filters() {
  const { t } = useTexts();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Partial<typeof search>): void => {
    void navigate({ search: (before) => ({ ...before, ...change }) });
  };
  return (
    <Group gap="xs">
      <SegmentedControl
        size="xs"
        aria-label={t('words.field.verdict')}
        value={search.verdict ?? ''}
        data={[
          { value: '', label: t('submissions.all') },
          ...verdicts.map((value) => ({ value, label: t(`words.verdict.${value}`) })),
        ]}
        onChange={(verdict) => {
          set({ verdict: verdict === '' ? undefined : verdict });
        }}
      />
      <KeyFilter
        label={t('words.field.key')}
        width={200}
        value={search.key}
        onChange={(key) => {
          set({ key });
        }}
      />
      {search.reason === undefined ? null : (
        <Text size="xs" className="mono">
          {t('submissions.reason')}: {search.reason}
        </Text>
      )}
    </Group>
  );
}
