import { Badge, Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useInterval } from '@mantine/hooks';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { api, give } from '../../api/client';
import { deliveriesQuery } from '../../api/queries';
import type { WebhookDelivery } from '../../api/types';
import { Dialog } from '../../parts/dialog';
import { AgentText } from '../../parts/agent-text';
import { ExportLinks } from '../../parts/export-links';
import { type Column, EndlessTable } from '../../parts/endless-table';
import { useAction } from '../../parts/use-action';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';

const states = ['waiting', 'failed', 'delivered'] as const;
type State = (typeof states)[number];
const colours = { waiting: 'orange', failed: 'red', delivered: 'teal' } as const;

/** What waits is sent meanwhile, and no event tells of it. */
const lookEveryMs = 3000;

interface DeliveriesProps {
  readonly id: string;
  readonly name: string;
  readonly onClose: () => void;
}

/** What was sent to a webhook and what waits, why something was not taken, and the way to send it again. */
export function Deliveries({ id, name, onClose }: DeliveriesProps) {
  const { t } = useTexts();
  const [state, setState] = useState<State | ''>('');
  const columns = useColumns(id);
  const filters = state === '' ? {} : { state };
  const client = useQueryClient();
  useInterval(() => void client.invalidateQueries({ queryKey: ['webhooks'] }), lookEveryMs, {
    autoInvoke: true,
  });
  return (
    <Dialog
      opened
      onClose={onClose}
      size="90rem"
      title={<bdi>{t('installation.deliveriesOf', { name })}</bdi>}
    >
      <Stack gap="sm">
        <Group justify="space-between">
          <SegmentedControl
            size="xs"
            aria-label={t('installation.state')}
            value={state}
            data={[
              { value: '', label: t('submissions.all') },
              ...states.map((value) => ({ value, label: t(`installation.deliveryStates.${value}`) })),
            ]}
            onChange={(value) => {
              setState(value);
            }}
          />
          <ExportLinks size="xs" list={`/webhooks/${id}/deliveries`} filters={filters} />
        </Group>
        <EndlessTable
          label={t('installation.deliveries')}
          list={deliveriesQuery(id, filters)}
          columns={columns}
          keyOf={({ id: event }) => event}
          height="60dvh"
          minWidth={860}
          empty={{ title: t('installation.noDeliveries'), text: t('installation.noDeliveriesText') }}
        />
      </Stack>
    </Dialog>
  );
}

function useColumns(webhookId: string): Column<WebhookDelivery>[] {
  const { t } = useTexts();
  const { may } = useRights();
  const mayRedeliver = may('admin');
  return useMemo(
    () => [
      { id: 'at', header: t('installation.happened'), width: 150, cell: ({ at }) => <When at={at} /> },
      {
        id: 'kind',
        header: t('installation.event'),
        width: 180,
        cell: ({ kind }) => <span className="mono">{kind}</span>,
      },
      {
        id: 'state',
        header: t('installation.state'),
        width: 120,
        cell: ({ state }) => (
          <Badge color={colours[state]}>{t(`installation.deliveryStates.${state}`)}</Badge>
        ),
      },
      { id: 'attempts', header: t('installation.attempts'), width: 80, cell: ({ attempts }) => attempts },
      { id: 'what', header: t('installation.lastAnswer'), cell: (one) => <LastAnswer of={one} /> },
      {
        id: 'again',
        header: '',
        width: 130,
        cell: ({ id, state }) =>
          mayRedeliver && state !== 'waiting' ? <Redeliver webhookId={webhookId} eventId={id} /> : null,
      },
    ],
    [t, mayRedeliver, webhookId],
  );
}

function LastAnswer({ of: one }: { readonly of: WebhookDelivery }) {
  const { t } = useTexts();
  const { lastStatus, lastTrouble, lastMs, state, dueAt, attempts } = one;
  return (
    <Group gap={6} wrap="nowrap">
      {lastStatus === null ? null : <span className="mono">{lastStatus}</span>}
      {lastTrouble === null ? null : <AgentText value={lastTrouble} oneLine />}
      {lastMs === null || lastTrouble !== null ? null : (
        <Text size="sm" c="dimmed" component="span">
          {t('installation.took', { ms: lastMs })}
        </Text>
      )}
      {state === 'waiting' && dueAt !== null ? (
        <Text size="sm" c="dimmed" component="span">
          {t(attempts === 0 ? 'installation.isTried' : 'installation.isTriedAgain')} <When at={dueAt} />
        </Text>
      ) : null}
    </Group>
  );
}

function Redeliver({ webhookId, eventId }: { readonly webhookId: string; readonly eventId: string }) {
  const { t } = useTexts();
  const again = useAction({
    run: () =>
      give(
        api.POST('/webhooks/{id}/deliveries/{eventId}/redeliver', {
          params: { path: { id: webhookId, eventId } },
        }),
      ),
    done: () => t('installation.isSentAgain'),
    refresh: [['webhooks']],
  });
  return (
    <Button
      size="compact-xs"
      variant="default"
      loading={again.isPending}
      onClick={() => {
        again.mutate(undefined);
      }}
    >
      {t('installation.sendAgain')}
    </Button>
  );
}
