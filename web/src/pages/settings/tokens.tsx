import { Badge, Button, Group, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, give } from '../../api/client';
import { tokensQuery } from '../../api/queries';
import type { Token } from '../../api/types';
import { Confirm } from '../../parts/confirm';
import { ExportLinks } from '../../parts/export-links';
import { Loaded } from '../../parts/loaded';
import { Section } from '../../parts/section';
import { useAction } from '../../parts/use-action';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { NewToken } from './new-token';

export function Tokens() {
  const { t } = useTexts();
  const { may } = useRights();
  const query = useQuery(tokensQuery);
  return (
    <Section
      title={t('settings.tokens')}
      actions={
        <Group gap="xs">
          <ExportLinks size="xs" list="/tokens" />
          {may('admin') ? <NewToken /> : null}
        </Group>
      }
    >
      <Loaded query={query}>
        {(tokens) => (
          <Table.ScrollContainer minWidth={720}>
            <Table className="plain-table">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('words.field.name')}</Table.Th>
                  <Table.Th>{t('settings.tokenRole')}</Table.Th>
                  <Table.Th>{t('settings.tokenEntity')}</Table.Th>
                  <Table.Th>{t('words.field.createdAt')}</Table.Th>
                  <Table.Th>{t('words.field.lastUsedAt')}</Table.Th>
                  <Table.Th>{t('settings.expires')}</Table.Th>
                  <Table.Th />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {tokens.map((token) => (
                  <TokenRow key={token.id} of={token} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Loaded>
    </Section>
  );
}

function TokenRow({ of: token }: { readonly of: Token }) {
  const { t } = useTexts();
  const { may } = useRights();
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          <bdi>{token.name}</bdi>
          {token.revokedAt === null ? null : <Badge color="red">{t('settings.revoked')}</Badge>}
        </Group>
        {token.fromSettings ? (
          <Text size="xs" c="dimmed">
            {t('settings.fromSettings')}
          </Text>
        ) : null}
      </Table.Td>
      <Table.Td>{t(`words.role.${token.role}`)}</Table.Td>
      <Table.Td>{token.entity === null ? '–' : <bdi>{token.entity}</bdi>}</Table.Td>
      <Table.Td>
        <When at={token.createdAt} />
      </Table.Td>
      <Table.Td>
        <When at={token.lastUsedAt} />
      </Table.Td>
      <Table.Td>
        <When at={token.expiresAt} empty={t('common.noEnd')} />
      </Table.Td>
      <Table.Td>{may('admin') && token.revokedAt === null ? <Revoke id={token.id} /> : null}</Table.Td>
    </Table.Tr>
  );
}

function Revoke({ id }: { readonly id: string }) {
  const { t } = useTexts();
  const revoke = useAction({
    run: () => give(api.POST('/tokens/{id}/revoke', { params: { path: { id } } })),
    done: () => t('settings.done'),
    refresh: [['tokens']],
  });
  return (
    <Confirm
      isDangerous
      title={t('settings.revokeTitle')}
      action={t('settings.revoke')}
      onConfirm={() => {
        revoke.mutate(undefined);
      }}
      button={(open) => (
        <Button size="xs" variant="light" color="red" onClick={open}>
          {t('settings.revoke')}
        </Button>
      )}
    >
      <Text size="sm">{t('settings.revokeText')}</Text>
    </Confirm>
  );
}
