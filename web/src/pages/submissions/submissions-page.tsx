import { Group, SegmentedControl, Stack, Switch } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useLive } from '../../live/use-live';
import { LiveMark } from '../../live/live-mark';
import { type SubmissionFilters, submissionsQuery } from '../../api/queries';
import { ClearFilters } from '../../parts/clear-filters';
import { EndlessTable } from '../../parts/endless-table';
import { EntityFilter } from '../../parts/entity-filter';
import { ButtonLink } from '../../parts/links';
import { KeyFilter } from '../../parts/key-filter';
import { ExportLinks } from '../../parts/export-links';
import { PageHead } from '../../parts/page-head';
import { TextFilter } from '../../parts/text-filter';
import { TimeFilter } from '../../parts/time-filter';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { useSubmissionColumns } from './submission-columns';

const route = getRouteApi('/console/submissions');
const verdicts = ['accepted', 'quarantined', 'refused'] as const;
/** Least time between two looks at what is new. */
const liveEveryMs = 1000;

export function SubmissionsPage() {
  const { t } = useTexts();
  const search = route.useSearch();
  const { may } = useRights();
  const [isLive, setLive] = useState(false);
  const columns = useSubmissionColumns();
  const isFiltered = Object.keys(search).length > 0;
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
            {may('operator') ? (
              <ButtonLink
                to="/explain"
                search={search.key === undefined ? {} : { key: search.key }}
                variant="default"
              >
                {t('explain.title')}
              </ButtonLink>
            ) : null}
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
          height="calc(100dvh - 306px)"
          empty={
            isFiltered
              ? { title: t('assets.emptyFiltered'), text: t('assets.emptyFilteredText') }
              : { title: t('submissions.empty'), text: t('submissions.emptyText') }
          }
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
      <EntityFilter width={180} value={search.entity} onChange={set} />
      <TextFilter
        label={t('words.field.deviceid')}
        width={150}
        value={search.deviceid}
        onChange={(deviceid) => {
          set({ deviceid });
        }}
      />
      <TextFilter
        label={t('words.field.reason')}
        width={150}
        value={search.reason}
        onChange={(reason) => {
          set({ reason });
        }}
      />
      <TimeFilter value={search} onChange={set} />
      <ClearFilters filters={search} onClear={() => void navigate({ search: {} })} />
    </Group>
  );
}
