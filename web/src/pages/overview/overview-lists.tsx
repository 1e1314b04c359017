import { Group, Progress, Stack, Text } from '@mantine/core';
import type { HeldDevice, Overview } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import { EntityPath } from '../../parts/entity-path';
import { ButtonLink, TextLink } from '../../parts/links';
import { Section } from '../../parts/section';
import { relativeTime } from '../../parts/time-text';
import { When } from '../../parts/when';
import { useTexts } from '../../texts/texts';

const maxShown = 6;

export function NewestConflicts({ held }: { readonly held: readonly HeldDevice[] }) {
  const { t } = useTexts();
  return (
    <Section
      title={t('overview.newest')}
      actions={
        <ButtonLink to="/quarantine" size="xs" variant="subtle">
          {t('overview.seeAll')}
        </ButtonLink>
      }
    >
      <Stack gap="sm">
        {held.length === 0 ? <Text size="sm">{t('overview.noConflicts')}</Text> : null}
        {held.slice(0, maxShown).map(({ id, name, reason, lastSeen, conflictsWith }) => (
          <Group key={id} justify="space-between" wrap="nowrap" align="baseline">
            <div style={{ minWidth: 0 }}>
              <TextLink to="/quarantine/$id" params={{ id }} size="sm" fw={550} display="block" truncate>
                <AgentText value={name} empty={t('common.unnamed')} />
              </TextLink>
              <Text size="xs" c="dimmed" component="div">
                <span className="mono">{reason}</span>
                {conflictsWith === null ? null : (
                  <>
                    {' · '}
                    <AgentText value={conflictsWith.name} oneLine />
                  </>
                )}
              </Text>
            </div>
            <Text size="xs" c="dimmed" style={{ flex: 'none' }} component="div">
              <When at={lastSeen} />
            </Text>
          </Group>
        ))}
      </Stack>
    </Section>
  );
}

export function KeyUsage({ keys }: { readonly keys: Overview['keys'] }) {
  const { t, language } = useTexts();
  return (
    <Section
      title={t('overview.usage')}
      actions={
        <ButtonLink to="/keys" size="xs" variant="subtle">
          {t('overview.seeAll')}
        </ButtonLink>
      }
    >
      <Stack gap="sm">
        {keys.length === 0 ? <Text size="sm">–</Text> : null}
        {keys.slice(0, maxShown).map(({ kid, name, entity, assets, maxAssets, useUntil, week }) => (
          <div key={kid}>
            <Group justify="space-between" wrap="nowrap">
              <TextLink to="/keys/$kid" params={{ kid }} size="sm" fw={550} truncate>
                <bdi>{name}</bdi>
              </TextLink>
              <Text size="sm" style={{ flex: 'none' }}>
                {maxAssets === null ? assets : `${assets} / ${maxAssets}`}
              </Text>
            </Group>
            <Text size="xs" c="dimmed">
              <EntityPath path={entity} keep={2} />
              {' · '}
              {t('overview.week', { count: week.accepted + week.quarantined + week.refused })}
              {useUntil === null
                ? null
                : ` · ${t('overview.ends', { when: relativeTime(new Date(useUntil), new Date(), language) })}`}
            </Text>
            {maxAssets === null ? null : (
              <Progress value={(100 * assets) / Math.max(maxAssets, 1)} size="xs" mt={4} aria-hidden />
            )}
          </div>
        ))}
      </Stack>
    </Section>
  );
}
