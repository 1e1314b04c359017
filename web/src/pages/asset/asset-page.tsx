import { Alert, Group, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { assetQuery } from '../../api/queries';
import type { Asset } from '../../api/types';
import { AgentText, isolated } from '../../parts/agent-text';
import { AssetStatusBadge, useItemtypeName } from '../../parts/badges';
import { EntityPath } from '../../parts/entity-path';
import { TextLink } from '../../parts/links';
import { Loaded } from '../../parts/loaded';
import { PageHead } from '../../parts/page-head';
import { useTexts } from '../../texts/texts';
import { AssetActions } from './asset-actions';
import { AssetHardware, AssetSoftware } from './asset-inventory';
import { AssetHistory } from './asset-history';
import { AssetIdentity } from './asset-identity';
import { AssetSubmissions } from './asset-submissions';

const route = getRouteApi('/console/assets/$id');
const tabs = ['identity', 'hardware', 'software', 'history', 'submissions'] as const;

export function AssetPage() {
  const { id } = route.useParams();
  const query = useQuery(assetQuery(id));
  return <Loaded query={query}>{(asset) => <AssetView key={asset.id} of={asset} />}</Loaded>;
}

function AssetView({ of: asset }: { readonly of: Asset }) {
  const { t } = useTexts();
  const itemtypeName = useItemtypeName();
  const { tab = 'identity' } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <PageHead
        title={isolated(asset.name ?? t('common.unnamed'))}
        heading={
          <Group gap="sm">
            <AgentText value={asset.name} empty={t('common.unnamed')} />
            <AssetStatusBadge status={asset.status} />
          </Group>
        }
        about={
          <Group gap={6}>
            <span>{itemtypeName(asset.itemtype)}</span>
            <span aria-hidden>·</span>
            <TextLink to="/assets" search={{ entity: asset.entityId }} size="sm">
              <EntityPath path={asset.entity} keep={3} />
            </TextLink>
          </Group>
        }
        actions={<AssetActions of={asset} />}
      />
      {asset.mergedInto === null ? null : (
        <Alert color="violet" mb="md" title={t('asset.partOf')}>
          <TextLink to="/assets/$id" params={{ id: asset.mergedInto }} size="sm">
            {t('asset.seeWhole')}
          </TextLink>
        </Alert>
      )}
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(chosen) => void navigate({ search: { tab: chosen ?? undefined }, replace: true })}
      >
        <Tabs.List mb="md">
          {tabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`asset.tabs.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="identity">
          <AssetIdentity of={asset} />
        </Tabs.Panel>
        <Tabs.Panel value="hardware">
          <AssetHardware id={asset.id} />
        </Tabs.Panel>
        <Tabs.Panel value="software">
          <AssetSoftware id={asset.id} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <AssetHistory id={asset.id} />
        </Tabs.Panel>
        <Tabs.Panel value="submissions">
          <AssetSubmissions id={asset.id} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
