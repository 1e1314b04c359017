import { Badge, Button, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, give } from '../../api/client';
import { assetForwardingQuery } from '../../api/queries';
import type { ForwardedAsset } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import { Confirm } from '../../parts/confirm';
import { type Fact, Facts } from '../../parts/facts';
import { Section } from '../../parts/section';
import { useAction } from '../../parts/use-action';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { type TextOf, useTexts } from '../../texts/texts';
import { forwardColours } from '../forwarding/forward-colours';
import { forwardingKeys } from '../forwarding/forwarding-keys';
import { type ReasonTexts, useReasonTexts } from '../forwarding/reason-texts';

/** How the asset stands with the server behind; nothing where none was ever told of it. */
export function AssetForwarding({ id }: { readonly id: string }) {
  const { t } = useTexts();
  const reasons = useReasonTexts();
  const { data: of } = useQuery(assetForwardingQuery(id));
  if (of === undefined || isUntold(of)) return null;
  return (
    <Section
      title={t('forwarding.ofAsset')}
      actions={
        <Group gap="xs">
          <Drop of={of} />
          <SendAgain of={of} />
        </Group>
      }
    >
      <Facts facts={factsOf(of, t, reasons)} />
    </Section>
  );
}

function isUntold({ state, deliveredAt, glpi, failedAt }: ForwardedAsset): boolean {
  return state === 'done' && deliveredAt === null && glpi === null && failedAt === null;
}

function factsOf(of: ForwardedAsset, t: TextOf, { labelOf, adviceOf }: ReasonTexts): Fact[] {
  const { state, since, nextTryAt, reason, detail, advice, deliveredAt, contactAt, glpi } = of;
  const time = (label: string, at: string | null): Fact[] =>
    at === null ? [] : [{ label, value: <When at={at} /> }];
  return [
    {
      label: t('forwarding.state'),
      value: <Badge color={forwardColours[state]}>{t(`forwarding.assetStates.${state}`)}</Badge>,
    },
    ...time(t('forwarding.since'), since),
    ...time(t('forwarding.next'), nextTryAt),
    ...(reason === null
      ? []
      : [
          {
            label: t('forwarding.reason'),
            value: (
              <>
                {labelOf(reason)}. {adviceOf(reason, advice)}{' '}
                {detail === null ? null : <AgentText value={detail} />}
              </>
            ),
          },
        ]),
    { label: t('forwarding.delivered'), value: <When at={deliveredAt} /> },
    ...time(t('forwarding.contact'), contactAt),
    ...(glpi === null
      ? []
      : [
          { label: t('forwarding.inGlpi'), value: <InGlpi of={glpi} /> },
          { label: t('forwarding.lookedUp'), value: <When at={glpi.lookedUpAt} /> },
        ]),
  ];
}

function InGlpi({ of }: { readonly of: NonNullable<ForwardedAsset['glpi']> }) {
  const { t } = useTexts();
  const { state, id, itemtype, entity } = of;
  return (
    <>
      {t(`forwarding.glpiStates.${state}`)}
      {id === null ? null : (
        <>
          {': '}
          <AgentText value={`${itemtype ?? ''} ${id}`} />
        </>
      )}
      {entity === null ? null : (
        <>
          {' · '}
          <AgentText value={entity} />
        </>
      )}
    </>
  );
}

function Drop({ of: { assetId, state } }: { readonly of: ForwardedAsset }) {
  const { t } = useTexts();
  const { may } = useRights();
  const drop = useAction({
    run: () => give(api.POST('/forward/drop', { body: { assetIds: [assetId] } })),
    done: ({ count }) => t('forwarding.dropped', { count }),
    refresh: [...forwardingKeys, ['asset', assetId]],
  });
  if (!may('operator') || state === 'done' || state === 'in_flight') return null;
  return (
    <Confirm
      isDangerous
      title={t('forwarding.dropOf')}
      action={t('forwarding.drop')}
      onConfirm={() => {
        drop.mutate(undefined);
      }}
      button={(open) => (
        <Button size="xs" variant="light" color="red" loading={drop.isPending} onClick={open}>
          {t('forwarding.drop')}
        </Button>
      )}
    >
      <Text size="sm">{t('forwarding.dropOfText')}</Text>
    </Confirm>
  );
}

function SendAgain({ of: { assetId, state } }: { readonly of: ForwardedAsset }) {
  const { t } = useTexts();
  const { may } = useRights();
  const send = useAction({
    run: () => give(api.POST('/forward/resend', { body: { assetIds: [assetId] } })),
    done: ({ count }) => t('forwarding.resent', { count }),
    refresh: [...forwardingKeys, ['asset', assetId]],
  });
  if (!may('operator') || state === 'waiting' || state === 'in_flight') return null;
  return (
    <Button
      size="xs"
      variant="default"
      loading={send.isPending}
      onClick={() => {
        send.mutate(undefined);
      }}
    >
      {t('forwarding.sendAgain')}
    </Button>
  );
}
