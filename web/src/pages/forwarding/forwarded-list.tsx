import { Badge, Button, Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { api, give } from '../../api/client';
import { type ForwardFilters, forwardedQuery } from '../../api/queries';
import type { ForwardedAsset } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import { type Column, EndlessTable } from '../../parts/endless-table';
import { FilterBar } from '../../parts/filter-bar';
import { EntityFilter } from '../../parts/entity-filter';
import { ExportLinks } from '../../parts/export-links';
import { TextLink } from '../../parts/links';
import { Section } from '../../parts/section';
import { useAction } from '../../parts/use-action';
import { SegmentFilter } from '../../parts/segment-filter';
import { filtersOf } from '../../parts/filters-of';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { forwardColours } from './forward-colours';
import { forwardingKeys } from './forwarding-keys';
import { useReasonTexts } from './reason-texts';

const route = getRouteApi('/console/forwarding');
const states = ['waiting', 'in_flight', 'retrying', 'dead'] as const;
const listHeight = 420;

/** Assets of which something waits or was given up, what waits for longest first. */
export function ForwardedList() {
  const { t } = useTexts();
  const { labelOf } = useReasonTexts();
  const { filters, set, clear } = filtersOf(route.useSearch(), route.useNavigate());
  const columns = useColumns();
  return (
    <Section
      title={t('forwarding.list')}
      actions={<ExportLinks list="/forward/assets" filters={filters} size="xs" />}
    >
      <Stack gap="sm">
        <FilterBar filters={filters} onClear={clear}>
          <SegmentFilter
            label={t('forwarding.state')}
            any={t('common.all')}
            choices={states.map((value) => ({ value, label: t(`forwarding.assetStates.${value}`) }))}
            value={filters.state}
            onChange={(state) => {
              set({ state, reason: undefined });
            }}
          />
          <EntityFilter width={180} value={filters.entity} onChange={set} />
          {filters.reason === undefined ? null : (
            <Button
              size="xs"
              variant="default"
              onClick={() => {
                set({ reason: undefined });
              }}
            >
              {t('common.clearFilter', { filter: labelOf(filters.reason) })}
            </Button>
          )}
        </FilterBar>
        <EndlessTable
          label={t('forwarding.list')}
          list={forwardedQuery(filters as ForwardFilters)}
          columns={columns}
          keyOf={({ assetId }) => assetId}
          minWidth={860}
          height={listHeight}
          empty={{ title: t('forwarding.nothingWaits') }}
        />
      </Stack>
    </Section>
  );
}

function useColumns(): Column<ForwardedAsset>[] {
  const { t } = useTexts();
  const { labelOf } = useReasonTexts();
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('words.field.name'),
        width: '17%',
        cell: ({ assetId, name }) => (
          <TextLink to="/assets/$id" params={{ id: assetId }} size="sm">
            <AgentText value={name} oneLine empty={t('common.unnamed')} />
          </TextLink>
        ),
      },
      {
        id: 'entity',
        header: t('words.field.entity'),
        width: '15%',
        cell: ({ entity }) => <bdi title={entity}>{entity}</bdi>,
      },
      {
        id: 'state',
        header: t('forwarding.state'),
        width: 112,
        cell: ({ state }) => (
          <Badge color={forwardColours[state]}>{t(`forwarding.assetStates.${state}`)}</Badge>
        ),
      },
      {
        id: 'reason',
        header: t('forwarding.reason'),
        cell: ({ reason, detail }) =>
          reason === null ? (
            '–'
          ) : (
            <span title={labelOf(reason)}>
              {labelOf(reason)}
              {detail === null ? null : (
                <>
                  {': '}
                  <AgentText value={detail} oneLine />
                </>
              )}
            </span>
          ),
      },
      {
        id: 'since',
        header: t('forwarding.since'),
        width: 112,
        cell: ({ since }) => <When at={since} empty="–" brief />,
      },
      {
        id: 'next',
        header: t('forwarding.next'),
        width: 112,
        cell: ({ nextTryAt }) => <When at={nextTryAt} empty="–" brief />,
      },
      { id: 'do', header: '', width: 116, cell: (one) => <Retry of={one} /> },
    ],
    [t, labelOf],
  );
}

function Retry({ of: { assetId, state, name } }: { readonly of: ForwardedAsset }) {
  const { t } = useTexts();
  const { may } = useRights();
  const retry = useAction({
    run: () => give(api.POST('/forward/retry', { body: { assetIds: [assetId] } })),
    done: ({ count }) => t('forwarding.retried', { count }),
    refresh: [...forwardingKeys, ['asset', assetId]],
  });
  if (state !== 'dead' || !may('operator')) return null;
  return (
    <Button
      size="compact-xs"
      variant="default"
      loading={retry.isPending}
      aria-label={`${t('forwarding.retry')}: ${name ?? ''}`}
      onClick={() => {
        retry.mutate(undefined);
      }}
    >
      {t('forwarding.retry')}
    </Button>
  );
}
