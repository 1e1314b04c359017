import { Badge, Button, Group, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { api, give } from '../../api/client';
import { webhooksQuery } from '../../api/queries';
import type { Webhook } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import { Confirm } from '../../parts/confirm';
import { Loaded } from '../../parts/loaded';
import { Section } from '../../parts/section';
import { useAction } from '../../parts/use-action';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { NewWebhook } from './new-webhook';

export function Webhooks() {
  const { t } = useTexts();
  const { may } = useRights();
  const query = useQuery(webhooksQuery);
  return (
    <Section title={t('installation.webhooks')} actions={may('admin') ? <NewWebhook /> : undefined}>
      <Loaded query={query}>
        {(webhooks) =>
          webhooks.length === 0 ? (
            <Text c="dimmed" size="sm">
              {t('installation.noWebhooks')}
            </Text>
          ) : (
            <Table.ScrollContainer minWidth={720}>
              <Table className="plain-table">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('words.field.name')}</Table.Th>
                    <Table.Th>{t('installation.state')}</Table.Th>
                    <Table.Th>{t('installation.waiting')}</Table.Th>
                    <Table.Th>{t('installation.lastSuccess')}</Table.Th>
                    <Table.Th />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {webhooks.map((webhook) => (
                    <WebhookRow key={webhook.id} of={webhook} />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }
      </Loaded>
    </Section>
  );
}

const colours = { new: 'gray', working: 'teal', failing: 'red', off: 'gray' } as const;

function WebhookRow({ of: webhook }: { readonly of: Webhook }) {
  const { t } = useTexts();
  const { may } = useRights();
  return (
    <Table.Tr>
      <Table.Td>
        <bdi>{webhook.name}</bdi>
        <Text size="xs" c="dimmed" component="div">
          <AgentText value={webhook.url} oneLine mono />
        </Text>
      </Table.Td>
      <Table.Td>
        <Badge color={colours[webhook.state]} variant="light">
          {t(`installation.states.${webhook.state}`)}
        </Badge>
      </Table.Td>
      <Table.Td>{webhook.waiting}</Table.Td>
      <Table.Td>
        <When at={webhook.lastSuccessAt} />
      </Table.Td>
      <Table.Td>{may('admin') ? <WebhookActions id={webhook.id} /> : null}</Table.Td>
    </Table.Tr>
  );
}

function WebhookActions({ id }: { readonly id: string }) {
  const { t } = useTexts();
  const path = { params: { path: { id } } };
  const refresh = [['webhooks']];
  const test = useAction({
    run: () => give(api.POST('/webhooks/{id}/test', path)),
    onDone: ({ state, lastTrouble, lastStatus }) => {
      const isTaken = state === 'delivered';
      notifications.show({
        color: isTaken ? 'teal' : 'red',
        message: isTaken
          ? t('installation.tested')
          : `${String(lastStatus ?? '')} ${lastTrouble ?? ''}`.trim(),
      });
    },
    refresh,
  });
  const remove = useAction({ run: () => give(api.DELETE('/webhooks/{id}', path)), refresh });
  return (
    <Group gap="xs" wrap="nowrap" justify="flex-end">
      <Button
        size="xs"
        variant="default"
        loading={test.isPending}
        onClick={() => {
          test.mutate(undefined);
        }}
      >
        {t('installation.test')}
      </Button>
      <Confirm
        isDangerous
        title={t('installation.removeTitle')}
        action={t('installation.remove')}
        onConfirm={() => {
          remove.mutate(undefined);
        }}
        button={(open) => (
          <Button size="xs" variant="light" color="red" onClick={open}>
            {t('installation.remove')}
          </Button>
        )}
      >
        <Text size="sm">{t('installation.removeText')}</Text>
      </Confirm>
    </Group>
  );
}
