import { Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
import { eventKinds } from '../../api/event-kinds';
import { type EventFilters, eventsQuery } from '../../api/queries';
import type { Happening } from '../../api/types';
import { LiveMark } from '../../live/live-mark';
import { useLive } from '../../live/use-live';
import { AgentText } from '../../parts/agent-text';
import { ChoiceFilter } from '../../parts/choice-filter';
import { FilterBar } from '../../parts/filter-bar';
import { filtersOf } from '../../parts/filters-of';
import { type Column, EndlessTable } from '../../parts/endless-table';
import { EntityFilter } from '../../parts/entity-filter';
import { EntityPath } from '../../parts/entity-path';
import { ExportLinks } from '../../parts/export-links';
import { TextLink } from '../../parts/links';
import { PageHead } from '../../parts/page-head';
import { TextFilter } from '../../parts/text-filter';
import { TimeFilter } from '../../parts/time-filter';
import { When } from '../../parts/when';
import { useTexts } from '../../texts/texts';

const route = getRouteApi('/console/events');
/** Least time between two looks at what is new. */
const liveEveryMs = 1000;

export function EventsPage() {
  const { t } = useTexts();
  const search = route.useSearch();
  const columns = useColumns();
  const isFiltered = Object.keys(search).length > 0;
  const list = eventsQuery(search as EventFilters);
  useLive({
    // Of pages further down only what scrolled in is asked for again.
    queryKeys: [[...list.queryKey, { after: '' }]],
    kinds: eventKinds,
    intervalMs: liveEveryMs,
  });
  return (
    <>
      <PageHead
        title={t('events.title')}
        about={t('events.about')}
        actions={
          <>
            <LiveMark />
            <ExportLinks list="/events" filters={search} />
          </>
        }
      />
      <Stack gap="sm">
        <Filters />
        <EndlessTable
          label={t('events.title')}
          list={list}
          columns={columns}
          keyOf={({ id }) => id}
          minWidth={820}
          empty={{ title: t(isFiltered ? 'assets.emptyFiltered' : 'events.empty') }}
        />
      </Stack>
    </>
  );
}

function Filters() {
  const { t } = useTexts();
  const { filters, set, field, clear } = filtersOf(route.useSearch(), route.useNavigate());
  return (
    <FilterBar filters={filters} onClear={clear}>
      <ChoiceFilter
        label={t('events.kind')}
        width={150}
        choices={eventKinds.map((value) => ({ value, label: value }))}
        {...field('kind')}
      />
      <EntityFilter width={130} value={filters.entity} onChange={set} />
      <TextFilter label={t('events.object')} width={170} {...field('object')} />
      <TimeFilter value={filters} onChange={set} />
    </FilterBar>
  );
}

function useColumns(): Column<Happening>[] {
  const { t } = useTexts();
  return useMemo(
    () => [
      { id: 'at', header: t('events.at'), width: 140, cell: ({ at }) => <When at={at} brief /> },
      {
        id: 'kind',
        header: t('events.kind'),
        width: 180,
        cell: ({ kind }) => <span className="mono">{kind}</span>,
      },
      {
        id: 'entity',
        header: t('words.field.entity'),
        width: '18%',
        cell: ({ entity }) => (entity === null ? '–' : <EntityPath path={entity} keep={1} />),
      },
      { id: 'object', header: t('audit.object'), cell: (one) => <Subject of={one} /> },
      {
        id: 'detail',
        header: t('events.detail'),
        width: '34%',
        cell: ({ detail }) => <AgentText value={JSON.stringify(detail)} oneLine mono />,
      },
    ],
    [t],
  );
}

/** What it happened to, as a link to its page. */
function Subject({ of: { kind, object } }: { readonly of: Happening }): ReactNode {
  if (object === null) return '–';
  const look = { size: 'sm', className: 'mono one-line' } as const;
  const [family] = kind.split('.');
  if (family === 'asset') {
    return (
      <TextLink to="/assets/$id" params={{ id: object }} {...look}>
        {object}
      </TextLink>
    );
  }
  if (family === 'conflict' || family === 'quarantine') {
    return (
      <TextLink to="/quarantine/$id" params={{ id: object }} {...look}>
        {object}
      </TextLink>
    );
  }
  if (family === 'key' || family === 'canary') {
    return (
      <TextLink to="/keys/$kid" params={{ kid: object }} {...look}>
        {object}
      </TextLink>
    );
  }
  return <AgentText value={object} oneLine mono />;
}
