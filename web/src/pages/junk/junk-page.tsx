import { Badge, Button, Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { type JunkFilters, junkQuery } from '../../api/queries';
import type { Junk } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import { type Column, EndlessTable } from '../../parts/endless-table';
import { FilterBar } from '../../parts/filter-bar';
import { ExportLinks } from '../../parts/export-links';
import { ChoiceFilter } from '../../parts/choice-filter';
import { KeyFilter } from '../../parts/key-filter';
import { PageHead } from '../../parts/page-head';
import { SegmentFilter } from '../../parts/segment-filter';
import { filtersOf } from '../../parts/filters-of';
import { TextFilter } from '../../parts/text-filter';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { JunkDialog } from './junk-dialog';
import { JudgeAgain } from './match-replay';
import { junkKinds, SayDialog } from './say-dialog';

const route = getRouteApi('/console/junk');
const states = ['learned', 'declared', 'allowed'] as const;

export function JunkPage() {
  const { t } = useTexts();
  const { may } = useRights();
  const { filters: search, set } = filtersOf(route.useSearch(), route.useNavigate());
  const { show, ...filters } = search;
  const [isSaying, setSaying] = useState(false);
  const columns = useColumns((id) => {
    set({ show: id });
  });
  return (
    <>
      <PageHead
        title={t('junk.title')}
        about={t('junk.about')}
        actions={
          <>
            <ExportLinks list="/junk" filters={filters} />
            {may('operator') ? <JudgeAgain /> : null}
            {may('operator') ? (
              <Button
                onClick={() => {
                  setSaying(true);
                }}
              >
                {t('junk.say')}
              </Button>
            ) : null}
          </>
        }
      />
      <Stack gap="sm">
        <Filters />
        <EndlessTable
          label={t('junk.title')}
          list={junkQuery(filters as JunkFilters)}
          columns={columns}
          keyOf={({ id }) => id}
          minWidth={820}
          empty={{ title: t('junk.empty'), text: t('junk.emptyText') }}
        />
      </Stack>
      {show === undefined ? null : (
        <JunkDialog
          id={show}
          onClose={() => {
            set({ show: undefined });
          }}
        />
      )}
      {isSaying ? (
        <SayDialog
          onClose={() => {
            setSaying(false);
          }}
        />
      ) : null}
    </>
  );
}

function Filters() {
  const { t } = useTexts();
  const { filters, field, clear } = filtersOf(route.useSearch(), route.useNavigate());
  const { show: _show, ...set } = filters;
  return (
    <FilterBar filters={set} onClear={clear}>
      <SegmentFilter
        label={t('junk.state')}
        any={t('junk.anyState')}
        choices={states.map((value) => ({ value, label: t(`junk.states.${value}`) }))}
        {...field('state')}
      />
      <ChoiceFilter
        label={t('junk.kind')}
        width={150}
        choices={junkKinds.map((value) => ({ value, label: t(`junk.kinds.${value}`) }))}
        {...field('kind')}
      />
      <KeyFilter label={t('words.field.key')} width={180} {...field('key')} />
      <TextFilter label={t('junk.value')} width={150} {...field('value')} />
    </FilterBar>
  );
}

const colours = { learned: 'orange', declared: 'red', allowed: 'teal' } as const;

function useColumns(show: (id: string) => void): Column<Junk>[] {
  const { t } = useTexts();
  return useMemo(
    () => [
      {
        id: 'value',
        header: t('junk.value'),
        width: '22%',
        cell: ({ value }) => <AgentText value={value} oneLine mono />,
      },
      { id: 'kind', header: t('junk.kind'), width: 130, cell: ({ kind }) => t(`junk.kinds.${kind}`) },
      {
        id: 'state',
        header: t('junk.state'),
        width: 110,
        cell: ({ state }) => <Badge color={colours[state]}>{t(`junk.states.${state}`)}</Badge>,
      },
      {
        id: 'key',
        header: t('words.field.key'),
        width: 140,
        cell: ({ kid }) => (kid === null ? t('junk.everyKey') : <span className="mono">{kid}</span>),
      },
      { id: 'machines', header: t('junk.machines'), width: 100, cell: ({ machines }) => machines ?? '–' },
      { id: 'note', header: t('common.note'), cell: ({ note }) => <AgentText value={note} oneLine /> },
      { id: 'since', header: t('junk.since'), width: 130, cell: ({ since }) => <When at={since} brief /> },
      {
        id: 'why',
        header: '',
        width: 90,
        cell: ({ id }) => (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => {
              show(id);
            }}
          >
            {t('junk.why')}
          </Button>
        ),
      },
    ],
    [t, show],
  );
}
