import { Button, Grid, Group, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { api, give } from '../../api/client';
import { keyQuery } from '../../api/queries';
import type { Key } from '../../api/types';
import { KeyStateBadge } from '../../parts/badges';
import { Confirm } from '../../parts/confirm';
import { Facts } from '../../parts/facts';
import { useFormerUrls } from '../../parts/former-urls';
import { ButtonLink, TextLink } from '../../parts/links';
import { Loaded } from '../../parts/loaded';
import { PageHead } from '../../parts/page-head';
import { RebindButton } from '../../parts/rebind-dialog';
import { Section } from '../../parts/section';
import { useAction } from '../../parts/use-action';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { Deployment } from './deployment';
import { EditKey } from './edit-key';
import { KeySummary } from './key-summary';
import { valuesOf } from './key-form-values';
import { RotationCockpit } from './rotation-cockpit';

const route = getRouteApi('/console/keys/$kid');

export function KeyPage() {
  const { kid } = route.useParams();
  const query = useQuery(keyQuery(kid));
  return <Loaded query={query}>{(key) => <KeyView of={key} />}</Loaded>;
}

function KeyView({ of: key }: { readonly of: Key }) {
  const { t } = useTexts();
  const { may } = useRights();
  const isLive = key.state !== 'revoked';
  return (
    <>
      <PageHead
        title={key.name}
        heading={
          <Group gap="sm">
            <bdi>{key.name}</bdi>
            <KeyStateBadge state={key.state} />
          </Group>
        }
        about={
          <span className="mono">
            {key.kid} · {t('keys.hint', { hint: key.hint })}
          </span>
        }
        actions={
          may('admin') && isLive ? (
            <>
              <EditKey of={key} />
              <RebindButton
                urls={key.urls}
                run={(body) =>
                  give(api.POST('/keys/{kid}/rebind', { params: { path: { kid: key.kid } }, body }))
                }
                refresh={[['keys']]}
              />
              <Revoke kid={key.kid} />
            </>
          ) : null
        }
      />
      <Stack>
        <Grid>
          <Grid.Col span={{ base: 12, md: 6 }}>
            <Usage of={key} />
          </Grid.Col>
          <Grid.Col span={{ base: 12, md: 6 }}>
            <Section title={t('keys.detail.policy')}>
              <KeySummary values={valuesOf(key)} />
            </Section>
          </Grid.Col>
        </Grid>
        <RotationCockpit kid={key.kid} isLive={isLive} />
        {isLive ? <Deployment kid={key.kid} /> : null}
      </Stack>
    </>
  );
}

function Usage({ of: key }: { readonly of: Key }) {
  const { t } = useTexts();
  const { assetCount, maxAssets, kid } = key;
  return (
    <Section
      title={t('keys.detail.usage')}
      actions={
        <Group gap="xs">
          <ButtonLink to="/assets" search={{ key: kid }} variant="default" size="xs">
            {t('keys.detail.seeAssets')}
          </ButtonLink>
          <ButtonLink to="/submissions" search={{ key: kid }} variant="default" size="xs">
            {t('keys.detail.seeSubmissions')}
          </ButtonLink>
          <ButtonLink to="/agents" search={{ key: kid }} variant="default" size="xs">
            {t('keys.detail.seeAgents')}
          </ButtonLink>
        </Group>
      }
    >
      <Facts
        facts={[
          {
            label: t('keys.assets'),
            value:
              maxAssets === null ? (
                assetCount
              ) : (
                <>
                  {t('keys.detail.quota', { used: assetCount, max: maxAssets })}
                  <Progress
                    value={(100 * assetCount) / Math.max(maxAssets, 1)}
                    size="sm"
                    mt={4}
                    aria-hidden
                  />
                </>
              ),
          },
          {
            label: t('words.field.entity'),
            value: (
              <TextLink to="/assets" search={{ entity: key.entityId }} size="sm">
                <bdi>{key.entity}</bdi>
              </TextLink>
            ),
          },
          {
            label: t('words.field.lastUsedAt'),
            value: (
              <Group gap={6}>
                <When at={key.lastUsedAt} />
                {key.lastUsedIp === null ? null : <Text className="mono">{key.lastUsedIp}</Text>}
              </Group>
            ),
          },
          {
            label: t('keys.detail.boundTo'),
            value: (
              <>
                <span className="mono">{key.urls.join(', ')}</span>
                {key.urlsOf === 'instance' ? ` (${t('keys.detail.ofInstance')})` : ''}
              </>
            ),
          },
          ...useFormerUrls(key.urlAliases),
          { label: t('words.field.createdAt'), value: <When at={key.createdAt} /> },
          { label: t('words.field.createdBy'), value: <bdi>{key.createdBy}</bdi> },
          ...(key.owner === null ? [] : [{ label: t('keys.form.owner'), value: <bdi>{key.owner}</bdi> }]),
          ...(key.note === null ? [] : [{ label: t('common.note'), value: <bdi>{key.note}</bdi> }]),
        ]}
      />
    </Section>
  );
}

function Revoke({ kid }: { readonly kid: string }) {
  const { t } = useTexts();
  const revoke = useAction({
    run: () => give(api.POST('/keys/{kid}/revoke', { params: { path: { kid } } })),
    done: () => t('keys.revoke.done'),
    refresh: [['keys']],
  });
  return (
    <Confirm
      isDangerous
      title={t('keys.revoke.title')}
      action={t('keys.revoke.button')}
      onConfirm={() => {
        revoke.mutate(undefined);
      }}
      button={(open) => (
        <Button variant="light" color="red" onClick={open} loading={revoke.isPending}>
          {t('keys.revoke.button')}
        </Button>
      )}
    >
      <Text size="sm">{t('keys.revoke.text')}</Text>
    </Confirm>
  );
}
