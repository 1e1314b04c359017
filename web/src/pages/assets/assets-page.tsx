import { Box, Button, Card, Checkbox, Group, ScrollArea, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type AssetFilters, assetsQuery, entitiesQuery } from '../../api/queries';
import { ButtonLink } from '../../parts/links';
import { EndlessTable } from '../../parts/endless-table';
import { ExportLinks } from '../../parts/export-links';
import { EntityTree } from '../../parts/entity-tree';
import { Loaded } from '../../parts/loaded';
import { PageHead } from '../../parts/page-head';
import { isolated } from '../../parts/agent-text';
import { useTexts } from '../../texts/texts';
import { AssetFilterBar } from './asset-filter-bar';
import { useAssetColumns } from './asset-columns';
import classes from './assets-page.module.css';

const route = getRouteApi('/console/assets');

export function AssetsPage() {
  const { t } = useTexts();
  const search = route.useSearch();
  const columns = useAssetColumns();
  const isFiltered = Object.keys(search).length > 0;
  return (
    <>
      <PageHead
        title={t('assets.title')}
        actions={<ExportLinks list="/assets" filters={search} />}
        about={search.q === undefined ? t('assets.about') : t('assets.found', { q: isolated(search.q) })}
      />
      <div className={classes.split}>
        <EntityPane />
        <Stack gap="sm" miw={0}>
          <AssetFilterBar />
          <EndlessTable
            label={t('assets.title')}
            list={assetsQuery(search as AssetFilters)}
            columns={columns}
            keyOf={({ id }) => id}
            minWidth={720}
            empty={
              isFiltered
                ? { title: t('assets.emptyFiltered'), text: t('assets.emptyFilteredText') }
                : {
                    title: t('assets.empty'),
                    text: t('assets.emptyText'),
                    action: <ButtonLink to="/keys">{t('assets.makeKey')}</ButtonLink>,
                  }
            }
          />
        </Stack>
      </div>
    </>
  );
}

function EntityPane() {
  const { t } = useTexts();
  const { entity, recursive } = route.useSearch();
  const navigate = route.useNavigate();
  const entities = useQuery(entitiesQuery);
  const choose = (chosen: string | undefined, below = recursive !== 'false'): void => {
    void navigate({
      search: (before) => ({
        ...before,
        entity: chosen,
        recursive: chosen === undefined ? undefined : String(below),
      }),
    });
  };
  return (
    <Card withBorder padding="xs" visibleFrom="md">
      <Group justify="space-between" px={8} mb={4}>
        <Text fw={600} size="sm">
          {t('assets.entities')}
        </Text>
      </Group>
      <Button
        variant={entity === undefined ? 'light' : 'subtle'}
        color={entity === undefined ? undefined : 'gray'}
        c={entity === undefined ? undefined : 'var(--mantine-color-text)'}
        size="compact-sm"
        justify="flex-start"
        onClick={() => {
          choose(undefined);
        }}
      >
        {t('assets.everywhere')}
      </Button>
      <ScrollArea className={classes.treeScroll} type="auto">
        <Loaded query={entities}>
          {(all) => (
            <EntityTree entities={all} selected={entity} onSelect={choose} label={t('assets.entities')} />
          )}
        </Loaded>
      </ScrollArea>
      <Box p={8}>
        <Checkbox
          size="xs"
          label={t('assets.below')}
          checked={recursive !== 'false'}
          disabled={entity === undefined}
          onChange={(event) => {
            choose(entity, event.currentTarget.checked);
          }}
        />
      </Box>
    </Card>
  );
}
