import { Button, Stack, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { api, give } from '../../api/client';
import { bansQuery } from '../../api/queries';
import type { Ban } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import { Confirm } from '../../parts/confirm';
import { type Column, EndlessTable } from '../../parts/endless-table';
import { ExportLinks } from '../../parts/export-links';
import { FilterBar } from '../../parts/filter-bar';
import { filtersOf } from '../../parts/filters-of';
import { TextLink } from '../../parts/links';
import { PageHead } from '../../parts/page-head';
import { TextFilter } from '../../parts/text-filter';
import { useAction } from '../../parts/use-action';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';

const route = getRouteApi('/console/bans');

export function BansPage() {
  const { t } = useTexts();
  const columns = useColumns();
  const { filters, field, clear } = filtersOf(route.useSearch(), route.useNavigate());
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <>
      <PageHead
        title={t('common.pages.bans')}
        about={t('installation.bansAbout')}
        actions={<ExportLinks list="/bans" filters={filters} />}
      />
      <Stack gap="sm">
        <FilterBar filters={filters} onClear={clear}>
          <TextFilter label={t('installation.value')} width={220} {...field('value')} />
        </FilterBar>
        <EndlessTable
          label={t('common.pages.bans')}
          list={bansQuery(filters)}
          columns={columns}
          keyOf={({ id }) => id}
          minWidth={760}
          empty={
            isFiltered
              ? { title: t('assets.emptyFiltered') }
              : { title: t('installation.noBans'), text: t('installation.noBansText') }
          }
        />
      </Stack>
    </>
  );
}

function useColumns(): Column<Ban>[] {
  const { t } = useTexts();
  return useMemo(
    () => [
      { id: 'kind', header: t('installation.kind'), width: 120, cell: ({ kind }) => kind },
      {
        id: 'value',
        header: t('installation.value'),
        cell: ({ value }) => <AgentText value={value} oneLine mono />,
      },
      {
        id: 'at',
        header: t('installation.since'),
        width: 150,
        cell: ({ bannedAt }) => <When at={bannedAt} brief />,
      },
      {
        id: 'by',
        header: t('installation.by'),
        cell: ({ bannedBy }) => <AgentText value={bannedBy} oneLine />,
      },
      {
        id: 'case',
        header: t('installation.case'),
        width: 120,
        cell: ({ caseId }) =>
          caseId === null ? (
            '–'
          ) : (
            <TextLink to="/quarantine/$id" params={{ id: caseId }} size="sm">
              {t('common.show')}
            </TextLink>
          ),
      },
      { id: 'note', header: t('installation.note'), cell: ({ note }) => <AgentText value={note} oneLine /> },
      { id: 'do', header: '', width: 110, cell: ({ id }) => <Lift id={id} /> },
    ],
    [t],
  );
}

function Lift({ id }: { readonly id: string }) {
  const { t } = useTexts();
  const { may } = useRights();
  const lift = useAction({
    run: () => give(api.POST('/bans/{id}/lift', { params: { path: { id } } })),
    refresh: [['bans']],
  });
  if (!may('admin')) return null;
  return (
    <Confirm
      title={t('installation.liftTitle')}
      action={t('installation.lift')}
      onConfirm={() => {
        lift.mutate(undefined);
      }}
      button={(open) => (
        <Button size="compact-xs" variant="default" onClick={open}>
          {t('installation.lift')}
        </Button>
      )}
    >
      <Text size="sm">{t('installation.liftText')}</Text>
    </Confirm>
  );
}
