import { Badge, Button, Stack, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { api, give } from '../../api/client';
import { type RegistrationFilters, registrationsQuery } from '../../api/queries';
import type { Registration } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import { ChoiceFilter } from '../../parts/choice-filter';
import { FilterBar } from '../../parts/filter-bar';
import { filtersOf } from '../../parts/filters-of';
import { Confirm } from '../../parts/confirm';
import { type Column, EndlessTable } from '../../parts/endless-table';
import { ExportLinks } from '../../parts/export-links';
import { KeyFilter } from '../../parts/key-filter';
import { PageHead } from '../../parts/page-head';
import { useAction } from '../../parts/use-action';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';

const route = getRouteApi('/console/registrations');
const kinds = ['host', 'gatehouse', 'relay'] as const;

export function RegistrationsPage() {
  const { t } = useTexts();
  const search = route.useSearch();
  const isFiltered = Object.keys(search).length > 0;
  const columns = useColumns();
  return (
    <>
      <PageHead
        title={t('common.pages.registrations')}
        about={t('installation.registrationsAbout')}
        actions={<ExportLinks list="/registrations" filters={search} />}
      />
      <Stack gap="sm">
        <Filters />
        <EndlessTable
          label={t('common.pages.registrations')}
          list={registrationsQuery(search as RegistrationFilters)}
          columns={columns}
          keyOf={({ id }) => id}
          minWidth={860}
          empty={{ title: t(isFiltered ? 'assets.emptyFiltered' : 'installation.noRegistrations') }}
        />
      </Stack>
    </>
  );
}

function Filters() {
  const { t } = useTexts();
  const { filters, field, clear } = filtersOf(route.useSearch(), route.useNavigate());
  return (
    <FilterBar filters={filters} onClear={clear}>
      <ChoiceFilter
        label={t('installation.kind')}
        width={150}
        choices={kinds.map((value) => ({ value, label: value }))}
        {...field('kind')}
      />
      <KeyFilter label={t('words.field.key')} width={200} {...field('key')} />
    </FilterBar>
  );
}

function useColumns(): Column<Registration>[] {
  const { t } = useTexts();
  return useMemo(
    () => [
      { id: 'name', header: t('words.field.name'), cell: ({ name }) => <AgentText value={name} oneLine /> },
      { id: 'kind', header: t('installation.kind'), width: 110, cell: ({ kind }) => kind },
      {
        id: 'state',
        header: t('installation.state'),
        width: 130,
        cell: ({ state }) => (
          <Badge variant="light" color={state === 'valid' ? 'teal' : state === 'revoked' ? 'red' : 'orange'}>
            {state}
          </Badge>
        ),
      },
      {
        id: 'version',
        header: t('installation.version'),
        width: 100,
        cell: ({ version }) => <AgentText value={version} oneLine />,
      },
      { id: 'url', header: t('installation.url'), cell: ({ url }) => <AgentText value={url} oneLine mono /> },
      {
        id: 'validated',
        header: t('installation.validated'),
        width: 150,
        cell: ({ lastValidatedAt }) => <When at={lastValidatedAt} brief />,
      },
      { id: 'do', header: '', width: 130, cell: (one) => <Revoke of={one} /> },
    ],
    [t],
  );
}

function Revoke({ of: { id, revokedAt } }: { readonly of: Registration }) {
  const { t } = useTexts();
  const { may } = useRights();
  const revoke = useAction({
    run: () => give(api.POST('/registrations/{id}/revoke', { params: { path: { id } } })),
    refresh: [['registrations']],
  });
  if (!may('admin') || revokedAt !== null) return null;
  return (
    <Confirm
      isDangerous
      title={t('installation.shutOutTitle')}
      action={t('installation.shutOut')}
      onConfirm={() => {
        revoke.mutate(undefined);
      }}
      button={(open) => (
        <Button size="compact-xs" variant="light" color="red" onClick={open}>
          {t('installation.shutOut')}
        </Button>
      )}
    >
      <Text size="sm">{t('installation.shutOutText')}</Text>
    </Confirm>
  );
}
