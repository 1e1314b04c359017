import { Group, Progress, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Overview } from '../../api/types';
import { useItemtypeName } from '../../parts/badges';
import { EntityPath } from '../../parts/entity-path';
import { TextLink } from '../../parts/links';
import { Section } from '../../parts/section';
import { useTexts } from '../../texts/texts';

type Assets = Overview['assets'];
const maxBars = 8;

function ByEntity({ of: assets }: { readonly of: Assets }) {
  const { t } = useTexts();
  const most = assets.byEntity.slice(0, maxBars);
  return (
    <Bars
      title={t('overview.byEntity')}
      total={assets.active}
      rows={most.map(({ entityId, entity, count }) => ({
        key: entityId,
        count,
        label: (
          <TextLink to="/assets" search={{ entity: entityId, recursive: 'false' }} size="sm" truncate>
            <EntityPath path={entity} keep={2} />
          </TextLink>
        ),
      }))}
    />
  );
}

function ByItemtype({ of: assets }: { readonly of: Assets }) {
  const { t } = useTexts();
  const itemtypeName = useItemtypeName();
  return (
    <Bars
      title={t('overview.byItemtype')}
      total={assets.active}
      rows={assets.byItemtype.slice(0, maxBars).map(({ itemtype, count }) => ({
        key: itemtype,
        count,
        label: (
          <TextLink to="/assets" search={{ itemtype }} size="sm">
            {itemtypeName(itemtype)}
          </TextLink>
        ),
      }))}
    />
  );
}

interface BarsProps {
  readonly title: string;
  readonly total: number;
  readonly rows: readonly { readonly key: string; readonly count: number; readonly label: ReactNode }[];
}

function Bars({ title, total, rows }: BarsProps) {
  const { language } = useTexts();
  return (
    <Section title={title}>
      <Stack gap="sm">
        {rows.length === 0 ? <Text size="sm">–</Text> : null}
        {rows.map(({ key, count, label }) => (
          <div key={key}>
            <Group justify="space-between" wrap="nowrap" gap="md">
              {label}
              <Text size="sm" fw={600}>
                {count.toLocaleString(language)}
              </Text>
            </Group>
            <Progress value={(100 * count) / Math.max(total, 1)} size="sm" mt={4} aria-hidden />
          </div>
        ))}
      </Stack>
    </Section>
  );
}

export const AssetBars = { ByEntity, ByItemtype };
