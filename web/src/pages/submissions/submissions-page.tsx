import { Stack, Switch } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useLive } from '../../live/use-live';
import { LiveMark } from '../../live/live-mark';
import { type SubmissionFilters, submissionsQuery } from '../../api/queries';
import { FilterBar } from '../../parts/filter-bar';
import { filtersOf } from '../../parts/filters-of';
import { ChoiceFilter } from '../../parts/choice-filter';
import { EndlessTable } from '../../parts/endless-table';
import { EntityFilter } from '../../parts/entity-filter';
import { ButtonLink } from '../../parts/links';
import { KeyFilter } from '../../parts/key-filter';
import { ExportLinks } from '../../parts/export-links';
import { PageHead } from '../../parts/page-head';
import { SegmentFilter } from '../../parts/segment-filter';
import { TextFilter } from '../../parts/text-filter';
import { TimeFilter } from '../../parts/time-filter';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { useSubmissionColumns } from './submission-columns';

const route = getRouteApi('/console/submissions');
const outcomes = ['created', 'updated', 'unchanged'] as const;
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
  const { filters, set, field, clear } = filtersOf(route.useSearch(), route.useNavigate());
  // What was accepted has an outcome, all else a reason.
  const hasOutcome = filters.verdict === 'accepted' || filters.outcome !== undefined;
  return (
    <FilterBar filters={filters} onClear={clear}>
      <SegmentFilter
        label={t('words.field.verdict')}
        any={t('submissions.all')}
        choices={verdicts.map((value) => ({ value, label: t(`words.verdict.${value}`) }))}
        value={filters.verdict}
        onChange={(verdict) => {
          set({ verdict, ...(verdict === 'accepted' ? { reason: undefined } : { outcome: undefined }) });
        }}
      />
      <KeyFilter label={t('words.field.key')} width={90} {...field('key')} />
      <EntityFilter width={90} value={filters.entity} onChange={set} />
      <TextFilter label={t('words.field.deviceid')} width={90} {...field('deviceid')} />
      {hasOutcome ? (
        <ChoiceFilter
          label={t('words.field.outcome')}
          width={90}
          choices={outcomes.map((value) => ({ value, label: t(`words.outcome.${value}`) }))}
          {...field('outcome')}
        />
      ) : (
        <TextFilter label={t('words.field.reason')} width={90} {...field('reason')} />
      )}
      <TimeFilter value={filters} onChange={set} />
    </FilterBar>
  );
}
