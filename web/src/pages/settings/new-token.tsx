import { Alert, Button, Code, Group, Select, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type SubmitEvent, useState } from 'react';
import { api, give } from '../../api/client';
import { Dialog } from '../../parts/dialog';
import { CopyWithWord } from '../../parts/copy';
import { EntitySelect } from '../../parts/entity-select';
import { useAction } from '../../parts/use-action';
import { type Role, useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';

const roles = ['viewer', 'operator', 'admin'] as const;

export function NewToken() {
  const { t } = useTexts();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button size="xs" onClick={open}>
        {t('settings.newToken')}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={t('settings.newToken')}>
        <NewTokenForm />
      </Dialog>
    </>
  );
}

function NewTokenForm() {
  const { t } = useTexts();
  const { limit } = useRights();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [entityId, setEntityId] = useState<string | null>(limit?.entityId ?? null);
  const [until, setUntil] = useState('');
  const create = useAction({
    run: () =>
      give(api.POST('/tokens', { body: { name, role, entityId, expiresAt: until === '' ? null : until } })),
    refresh: [['tokens']],
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    create.mutate(undefined);
  };
  if (create.data !== undefined) {
    const { token } = create.data;
    return (
      <Stack>
        <Alert color="orange">{t('settings.tokenOnce')}</Alert>
        <Group wrap="nowrap">
          <Code
            block
            flex={1}
            style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}
            data-testid="token"
          >
            {token}
          </Code>
          <CopyWithWord value={token} />
        </Group>
      </Stack>
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          required
          data-autofocus
          label={t('settings.tokenName')}
          maxLength={255}
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <Select
          label={t('settings.tokenRole')}
          description={t(`settings.roles.${role}`)}
          allowDeselect={false}
          data={roles.map((value) => ({ value, label: t(`words.role.${value}`) }))}
          value={role}
          onChange={(chosen) => {
            setRole(chosen ?? 'viewer');
          }}
        />
        <EntitySelect
          clearable={limit === undefined}
          label={t('settings.tokenEntity')}
          description={t('settings.tokenEntityHint')}
          value={entityId}
          onChange={setEntityId}
        />
        <TextInput
          type="date"
          label={t('settings.tokenUntil')}
          value={until}
          onChange={(event) => {
            setUntil(event.currentTarget.value);
          }}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            {t('settings.make')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
