import { Alert, Button, Code, Group, MultiSelect, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type SubmitEvent, useState } from 'react';
import { api, give } from '../../api/client';
import { eventKinds } from '../../api/event-kinds';
import type { EventKind } from '../../api/types';
import { CopyWithWord } from '../../parts/copy';
import { Dialog } from '../../parts/dialog';
import { EntitySelect } from '../../parts/entity-select';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';

export function NewWebhook() {
  const { t } = useTexts();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button size="xs" onClick={open}>
        {t('installation.newWebhook')}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={t('installation.newWebhook')}>
        <NewWebhookForm />
      </Dialog>
    </>
  );
}

function NewWebhookForm() {
  const { t } = useTexts();
  const [url, setUrl] = useState('');
  const [chosen, setChosen] = useState<EventKind[]>([]);
  const [entityId, setEntityId] = useState<string | null>(null);
  const create = useAction({
    run: () => give(api.POST('/webhooks', { body: { url, kinds: chosen, entityId } })),
    refresh: [['webhooks']],
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    create.mutate(undefined);
  };
  if (create.data !== undefined) {
    const { secret } = create.data;
    return (
      <Stack>
        <Alert color="orange">{t('installation.secretOnce')}</Alert>
        <Group wrap="nowrap">
          <Code block flex={1} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
            {secret}
          </Code>
          <CopyWithWord value={secret} />
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
          type="url"
          label={t('installation.webhookUrl')}
          maxLength={2048}
          value={url}
          onChange={(event) => {
            setUrl(event.currentTarget.value);
          }}
        />
        <MultiSelect
          clearable
          label={t('installation.events')}
          description={t('installation.eventsHint')}
          data={[...eventKinds]}
          value={chosen}
          onChange={(values) => {
            setChosen(eventKinds.filter((kind) => values.includes(kind)));
          }}
        />
        <EntitySelect
          clearable
          label={t('settings.tokenEntity')}
          description={t('settings.tokenEntityHint')}
          value={entityId}
          onChange={setEntityId}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            {t('installation.makeWebhook')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
