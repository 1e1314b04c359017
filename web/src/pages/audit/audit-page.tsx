import { Menu, Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { auditQuery } from '../../api/queries';
import type { AuditEntry } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import { FilterBar } from '../../parts/filter-bar';
import { filtersOf } from '../../parts/filters-of';
import { type Column, EndlessTable } from '../../parts/endless-table';
import { ExportLinks } from '../../parts/export-links';
import { PageHead } from '../../parts/page-head';
import { partOfPattern, partPattern, TextFilter } from '../../parts/text-filter';
import { TimeFilter } from '../../parts/time-filter';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { AuditCheck } from './audit-check';

const route = getRouteApi('/console/audit');

export function AuditPage() {
  const { t } = useTexts();
  const search = route.useSearch();
  const isFiltered = Object.keys(search).length > 0;
  const { may, limit } = useRights();
  const columns = useColumns();
  // The chain is of the whole instance.
  const mayCheck = may('viewer') && limit === undefined;
  return (
    <>
      <PageHead
        title={t('audit.title')}
        about={t('audit.about')}
        actions={
          <>
            {mayCheck ? <AuditCheck /> : null}
            <ExportLinks list="/audit" filters={search}>
              {mayCheck ? (
                <Menu.Item component="a" href="/api/v1/audit/export" download="audit.ndjson">
                  {t('audit.exportAll')}
                </Menu.Item>
              ) : null}
            </ExportLinks>
          </>
        }
      />
      <Stack gap="sm">
        <Filters />
        <EndlessTable
          label={t('audit.title')}
          list={auditQuery(search)}
          columns={columns}
          keyOf={({ id }) => id}
          minWidth={820}
          empty={{ title: t(isFiltered ? 'assets.emptyFiltered' : 'audit.empty') }}
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
      <TextFilter
        label={t('audit.who')}
        width={150}
        value={partOfPattern(filters.actor)}
        onChange={(actor) => {
          set({ actor: partPattern(actor) });
        }}
      />
      <TextFilter
        label={t('audit.action')}
        width={150}
        value={partOfPattern(filters.action)}
        onChange={(action) => {
          set({ action: partPattern(action) });
        }}
      />
      <TextFilter label={t('audit.object')} width={150} {...field('object')} />
      <TimeFilter value={filters} onChange={set} />
    </FilterBar>
  );
}

function useColumns(): Column<AuditEntry>[] {
  const { t } = useTexts();
  return useMemo(
    () => [
      { id: 'at', header: t('events.at'), width: 150, cell: ({ at }) => <When at={at} brief /> },
      { id: 'who', header: t('audit.who'), cell: ({ actor }) => <AgentText value={actor} oneLine /> },
      {
        id: 'action',
        header: t('audit.action'),
        width: 180,
        cell: ({ action }) => <span className="mono">{action}</span>,
      },
      {
        id: 'object',
        header: t('audit.object'),
        cell: ({ object }) => <AgentText value={object} oneLine mono />,
      },
      {
        id: 'detail',
        header: t('audit.detail'),
        width: '34%',
        cell: ({ detail }) => <AgentText value={JSON.stringify(detail)} oneLine mono />,
      },
    ],
    [t],
  );
}
