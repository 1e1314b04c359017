import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, give } from '../../api/client';
import { upstreamQuery } from '../../api/queries';
import type { Upstream, UpstreamProbe } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import { Confirm } from '../../parts/confirm';
import { Facts } from '../../parts/facts';
import { Loaded } from '../../parts/loaded';
import { Section } from '../../parts/section';
import { useAction } from '../../parts/use-action';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { forwardingKeys } from './forwarding-keys';
import { SetUpstream } from './set-upstream';

/** Where inventories go, how that is proved, and the way to change it. Secrets are never shown. */
export function UpstreamSection() {
  const { t } = useTexts();
  const { may } = useRights();
  const query = useQuery(upstreamQuery);
  const probe = useAction({ run: () => give(api.POST('/upstream/test')), refresh: [] });
  const isAdmin = may('admin');
  return (
    <Section
      title={t('forwarding.upstream')}
      actions={
        isAdmin ? (
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              loading={probe.isPending}
              onClick={() => {
                probe.mutate(undefined);
              }}
            >
              {t('forwarding.test')}
            </Button>
            {query.data?.fromSettings === false ? (
              <>
                <SetUpstream label={t('forwarding.change')} size="xs" of={query.data} />
                <Remove />
              </>
            ) : null}
          </Group>
        ) : undefined
      }
    >
      <Stack>
        {probe.data === undefined ? null : <Probed of={probe.data} />}
        <Loaded query={query}>{(upstream) => <UpstreamFacts of={upstream} />}</Loaded>
      </Stack>
    </Section>
  );
}

function UpstreamFacts({ of: upstream }: { readonly of: Upstream }) {
  const { t } = useTexts();
  const { credential, proxy, caSubject, fromSettings, changedAt, kind, url } = upstream;
  const who = credential.user ?? credential.clientId;
  const certificate = credential.certificateSubject;
  return (
    <Facts
      labelWidth={190}
      facts={[
        { label: t('forwarding.url'), value: <AgentText value={url} mono /> },
        { label: t('forwarding.kind'), value: t(`forwarding.kinds.${kind}`) },
        {
          label: t('forwarding.credential'),
          value: (
            <>
              {t(`forwarding.credentials.${credential.kind}`)}
              {who === null ? null : (
                <>
                  {': '}
                  <AgentText value={who} />
                </>
              )}
            </>
          ),
        },
        ...(certificate === null
          ? []
          : [
              {
                label: t('forwarding.certificate'),
                value: (
                  <>
                    <AgentText value={certificate} /> ({t('forwarding.ends')}{' '}
                    <When at={credential.certificateNotAfter} />)
                  </>
                ),
              },
            ]),
        ...(caSubject === null
          ? []
          : [{ label: t('forwarding.ca'), value: <AgentText value={caSubject} /> }]),
        ...(proxy === null
          ? []
          : [{ label: t('forwarding.proxy'), value: <AgentText value={proxy} mono /> }]),
        {
          label: t('forwarding.changed'),
          value: fromSettings ? t('forwarding.fromSettings') : <When at={changedAt} />,
        },
      ]}
    />
  );
}

function Probed({ of: probe }: { readonly of: UpstreamProbe }) {
  const { t } = useTexts();
  const { ok, failedLayer, detail, advice, peer, addresses, certificate, tookMs } = probe;
  return (
    <Alert
      role="status"
      color={ok ? 'teal' : 'red'}
      title={ok ? t('forwarding.probeOk') : t('forwarding.probeFailed', { layer: failedLayer ?? '' })}
    >
      {detail === null ? null : (
        <Text size="sm" component="div">
          <AgentText value={detail} />
        </Text>
      )}
      {advice === null ? null : <Text size="sm">{advice}</Text>}
      <Text size="sm" c="dimmed" component="div">
        {peer === null ? null : <AgentText value={[peer, ...addresses].join(' · ')} mono />}
        {certificate === null ? null : (
          <>
            {' · '}
            <AgentText value={certificate.subject} />, {t('forwarding.ends')}{' '}
            <When at={certificate.notAfter} />
          </>
        )}
        {` · ${tookMs} ms`}
      </Text>
    </Alert>
  );
}

function Remove() {
  const { t } = useTexts();
  const remove = useAction({
    run: () => give(api.DELETE('/upstream')),
    done: () => t('forwarding.removed'),
    refresh: forwardingKeys,
  });
  return (
    <Confirm
      isDangerous
      title={t('forwarding.removeTitle')}
      action={t('forwarding.remove')}
      onConfirm={() => {
        remove.mutate(undefined);
      }}
      button={(open) => (
        <Button size="xs" variant="light" color="red" onClick={open}>
          {t('forwarding.remove')}
        </Button>
      )}
    >
      <Text size="sm">{t('forwarding.removeText')}</Text>
    </Confirm>
  );
}
