import { Badge, Group, Stack, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo } from 'react';
import { type AgentFilters, agentsQuery } from '../../api/queries';
import type { Agent } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import { type Column, EndlessTable } from '../../parts/endless-table';
import { ExportLinks } from '../../parts/export-links';
import { TextLink } from '../../parts/links';
import { PageHead } from '../../parts/page-head';
import { When } from '../../parts/when';
import { useTexts } from '../../texts/texts';
import { AgentFilterBar } from './agent-filter-bar';

const route = getRouteApi('/console/agents');

export function AgentsPage() {
  const { t } = useTexts();
  const search = route.useSearch();
  const { generation, ...others } = search;
  const filters = { ...others, ...(generation === undefined ? {} : { generation: Number(generation) }) };
  const columns = useColumns();
  const isFiltered = Object.keys(search).length > 0;
  return (
    <>
      <PageHead
        title={t('agents.title')}
        about={t('agents.about')}
        actions={<ExportLinks list="/agents" filters={search} />}
      />
      <Stack gap="sm">
        <AgentFilterBar />
        <EndlessTable
          label={t('agents.title')}
          list={agentsQuery(filters as AgentFilters)}
          columns={columns}
          keyOf={({ kid, sender }) => `${kid} ${sender}`}
          minWidth={860}
          empty={{ title: t(isFiltered ? 'assets.emptyFiltered' : 'agents.empty') }}
        />
      </Stack>
    </>
  );
}

function useColumns(): Column<Agent>[] {
  const { t } = useTexts();
  return useMemo(
    () => [
      { id: 'agent', header: t('agents.agent'), width: '23%', cell: (one) => <Name of={one} /> },
      {
        id: 'version',
        header: t('words.field.userAgent'),
        cell: ({ version, userAgent }) => <AgentText value={version ?? userAgent} oneLine />,
      },
      {
        id: 'key',
        header: t('words.field.key'),
        width: 140,
        cell: ({ kid, generation }) => (
          <Group gap={4} wrap="nowrap">
            <TextLink to="/keys/$kid" params={{ kid }} size="sm" className="mono" truncate>
              {kid}
            </TextLink>
            {generation === null ? null : <span>#{generation}</span>}
          </Group>
        ),
      },
      {
        id: 'from',
        header: t('words.field.sourceAddress'),
        width: 130,
        cell: ({ sourceAddress }) => <AgentText value={sourceAddress} oneLine mono />,
      },
      {
        id: 'contact',
        header: t('agents.lastContact'),
        width: 112,
        cell: ({ lastContact }) => <When at={lastContact} brief />,
      },
      {
        id: 'inventory',
        header: t('agents.lastInventory'),
        width: 112,
        cell: ({ lastInventory }) => <When at={lastInventory} brief />,
      },
      { id: 'marks', header: t('agents.marks'), width: 142, cell: (one) => <Marks of={one} /> },
    ],
    [t],
  );
}

function Name({ of: { assetId, deviceid, sender } }: { readonly of: Agent }) {
  const name = <AgentText value={deviceid ?? sender} oneLine />;
  if (assetId === null) return name;
  return (
    <TextLink to="/assets/$id" params={{ id: assetId }} size="sm" className="one-line">
      {name}
    </TextLink>
  );
}

/** What somebody may have to do about it. */
function Marks({ of: { fullAwaited, formerUrl } }: { readonly of: Agent }) {
  const { t } = useTexts();
  return (
    <Group gap={4} wrap="nowrap">
      {fullAwaited ? (
        <Badge color="orange" title={t('agents.which.fullAwaited')}>
          {t('agents.awaited')}
        </Badge>
      ) : null}
      {formerUrl === null ? null : (
        <Text size="xs" truncate title={t('agents.which.usesFormerUrl')}>
          <AgentText value={formerUrl} oneLine mono />
        </Text>
      )}
    </Group>
  );
}
