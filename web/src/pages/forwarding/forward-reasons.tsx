import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { api, give } from '../../api/client';
import type { ForwardStatus } from '../../api/types';
import { Confirm } from '../../parts/confirm';
import { TextLink } from '../../parts/links';
import { Section } from '../../parts/section';
import { useAction } from '../../parts/use-action';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { forwardingKeys } from './forwarding-keys';
import { useReasonTexts } from './reason-texts';

type ReasonCount = ForwardStatus['backlog']['reasons'][number];

/** What did not arrive, by why, with what to do about it. */
export function ForwardReasons({ of: { backlog } }: { readonly of: ForwardStatus }) {
  const { t } = useTexts();
  return (
    <Section title={t('forwarding.troubles')} actions={backlog.dead === 0 ? undefined : <RetryAll />}>
      <Stack gap="md">
        {backlog.reasons.map((one) => (
          <Reason key={`${one.state} ${one.reason}`} of={one} />
        ))}
      </Stack>
    </Section>
  );
}

function Reason({ of: { state, reason, count, advice } }: { readonly of: ReasonCount }) {
  const { t } = useTexts();
  const { may } = useRights();
  const { labelOf, adviceOf } = useReasonTexts();
  return (
    <Group justify="space-between" align="flex-start">
      <div style={{ minWidth: 0, flex: '1 1 320px' }}>
        <Group gap="xs">
          <TextLink to="/forwarding" search={{ state, reason }} size="sm" fw={550}>
            {labelOf(reason)}
          </TextLink>
          <Badge color={state === 'dead' ? 'red' : 'orange'}>
            {t(`forwarding.given.${state}`, { count })}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed">
          {adviceOf(reason, advice)}
        </Text>
      </div>
      {state === 'dead' && may('operator') ? (
        <Group gap="xs">
          <RetryReason reason={reason} />
          <DropReason reason={reason} count={count} />
        </Group>
      ) : null}
    </Group>
  );
}

function useRetry() {
  const { t } = useTexts();
  return useAction({
    run: (body: { all: true } | { reason: string }) => give(api.POST('/forward/retry', { body })),
    done: ({ count }) => t('forwarding.retried', { count }),
    refresh: forwardingKeys,
  });
}

function RetryAll() {
  const { t } = useTexts();
  const { may } = useRights();
  const retry = useRetry();
  if (!may('operator')) return null;
  return (
    <Button
      size="xs"
      loading={retry.isPending}
      onClick={() => {
        retry.mutate({ all: true });
      }}
    >
      {t('forwarding.retryAll')}
    </Button>
  );
}

function RetryReason({ reason }: { readonly reason: string }) {
  const { t } = useTexts();
  const retry = useRetry();
  return (
    <Button
      size="xs"
      variant="default"
      loading={retry.isPending}
      onClick={() => {
        retry.mutate({ reason });
      }}
    >
      {t('forwarding.retry')}
    </Button>
  );
}

function DropReason({ reason, count }: { readonly reason: string; readonly count: number }) {
  const { t } = useTexts();
  const drop = useAction({
    run: () => give(api.POST('/forward/drop', { body: { reason } })),
    done: (dropped) => t('forwarding.dropped', { count: dropped.count }),
    refresh: forwardingKeys,
  });
  return (
    <Confirm
      isDangerous
      title={t('forwarding.dropTitle', { count })}
      action={t('forwarding.drop')}
      onConfirm={() => {
        drop.mutate(undefined);
      }}
      button={(open) => (
        <Button size="xs" variant="light" color="red" onClick={open}>
          {t('forwarding.drop')}
        </Button>
      )}
    >
      <Text size="sm">{t('forwarding.dropText')}</Text>
    </Confirm>
  );
}
