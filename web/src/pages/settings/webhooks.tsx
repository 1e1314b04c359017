import { Badge, Group, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { webhooksQuery } from '../../api/queries';
import type { Webhook } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import { ExportLinks } from '../../parts/export-links';
import { Loaded } from '../../parts/loaded';
import { Section } from '../../parts/section';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { NewWebhook } from './new-webhook';
import { WebhookActions } from './webhook-actions';

export function Webhooks() {
  const { t } = useTexts();
  const { may } = useRights();
  const query = useQuery(webhooksQuery);
  return (
    <Section
      title={t('installation.webhooks')}
      actions={
        <Group gap="xs">
          <ExportLinks size="xs" list="/webhooks" />
          {may('admin') ? <NewWebhook /> : null}
        </Group>
      }
    >
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
                    <Table.Th>{t('installation.lastFailure')}</Table.Th>
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
  return (
    <Table.Tr>
      <Table.Td>
        <bdi>{webhook.name}</bdi>
        <Text size="xs" c="dimmed" component="div">
          <AgentText value={webhook.url} oneLine mono />
        </Text>
        <Text size="xs" c="dimmed">
          {webhook.kinds.length === 0 ? t('installation.allEvents') : webhook.kinds.join(', ')}
        </Text>
        {webhook.entity === null ? null : (
          <Text size="xs" c="dimmed">
            {t('settings.tokenEntity')}: <bdi>{webhook.entity}</bdi>
          </Text>
        )}
        {webhook.formerSecretUntil === null ? null : (
          <Text size="xs" c="dimmed" component="div">
            {t('installation.formerSecret')} <When at={webhook.formerSecretUntil} />
          </Text>
        )}
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
      <Table.Td>
        <When at={webhook.lastFailureAt} />
      </Table.Td>
      <Table.Td>
        <WebhookActions of={webhook} />
      </Table.Td>
    </Table.Tr>
  );
}
