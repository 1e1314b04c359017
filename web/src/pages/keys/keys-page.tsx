import { Badge, Card, EmptyState, Group, Progress, Stack, Table, Text } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type KeyFilters, keysFoundQuery } from '../../api/queries';
import type { Key } from '../../api/types';
import { KeyStateBadge } from '../../parts/badges';
import { EntityPath } from '../../parts/entity-path';
import { ButtonLink, TextLink } from '../../parts/links';
import { Loaded } from '../../parts/loaded';
import { ExportLinks } from '../../parts/export-links';
import { PageHead } from '../../parts/page-head';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { KeyFilterBar } from './key-filter-bar';

const route = getRouteApi('/console/keys');

export function KeysPage() {
  const { t } = useTexts();
  const { may } = useRights();
  const search = route.useSearch();
  const isFiltered = Object.keys(search).length > 0;
  // While other filters are asked for, what fitted the last ones stays.
  const keys = useQuery({ ...keysFoundQuery(search as KeyFilters), placeholderData: keepPreviousData });
  return (
    <>
      <PageHead
        title={t('keys.title')}
        about={t('keys.about')}
        actions={
          <>
            <ExportLinks list="/keys" filters={search} />
            {may('admin') ? <ButtonLink to="/keys/new">{t('keys.create')}</ButtonLink> : null}
          </>
        }
      />
      <Stack gap="sm">
        <KeyFilterBar />
        <Loaded query={keys}>
          {(all) =>
            all.length > 0 ? (
              <KeyTable keys={all} />
            ) : isFiltered ? (
              <EmptyState title={t('assets.emptyFiltered')} description={t('assets.emptyFilteredText')} />
            ) : (
              <EmptyState title={t('keys.empty')} description={t('keys.emptyText')} />
            )
          }
        </Loaded>
      </Stack>
    </>
  );
}

function KeyTable({ keys }: { readonly keys: readonly Key[] }) {
  const { t } = useTexts();
  return (
    <Card withBorder padding={0}>
      <Table.ScrollContainer minWidth={760}>
        <Table highlightOnHover layout="fixed" className="plain-table">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('words.field.name')}</Table.Th>
              <Table.Th>{t('words.field.entity')}</Table.Th>
              <Table.Th w={150}>{t('keys.state')}</Table.Th>
              <Table.Th w={130}>{t('keys.assets')}</Table.Th>
              <Table.Th w={160}>{t('words.field.lastUsedAt')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {keys.map((key) => (
              <KeyRow key={key.kid} of={key} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

function KeyRow({ of: key }: { readonly of: Key }) {
  const { t } = useTexts();
  return (
    <Table.Tr>
      <Table.Td>
        <TextLink to="/keys/$kid" params={{ kid: key.kid }} fw={550} size="sm">
          <bdi className="agent-text">{key.name}</bdi>
        </TextLink>
        <Text size="xs" c="dimmed" className="mono">
          {key.kid} · {t('keys.hint', { hint: key.hint })}
        </Text>
      </Table.Td>
      <Table.Td>
        <EntityPath path={key.entity} keep={2} />
      </Table.Td>
      <Table.Td>
        <Group gap={4}>
          <KeyStateBadge state={key.state} />
          {key.generation > 1 ? (
            <Badge color="gray" title={t('keys.generation', { generation: key.generation })}>
              #{key.generation}
            </Badge>
          ) : null}
        </Group>
      </Table.Td>
      <Table.Td>
        <TextLink to="/assets" search={{ key: key.kid }} size="sm">
          {key.assetCount}
          {key.maxAssets === null ? null : ` / ${key.maxAssets}`}
        </TextLink>
        {key.maxAssets === null ? null : (
          <Progress
            value={(100 * key.assetCount) / Math.max(key.maxAssets, 1)}
            size="xs"
            w={90}
            aria-hidden
          />
        )}
      </Table.Td>
      <Table.Td>
        <When at={key.lastUsedAt} brief />
      </Table.Td>
    </Table.Tr>
  );
}
