import { Button, Group, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type SubmitEvent, useState } from 'react';
import { api, give } from '../../api/client';
import { Dialog } from '../../parts/dialog';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';
import { SecretOnce } from './secret-once';
import { webhookBody, WebhookFields, type WebhookValues } from './webhook-fields';

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
  const [values, setValues] = useState<WebhookValues>({ url: '', name: '', kinds: [], entityId: null });
  const create = useAction({
    run: () => give(api.POST('/webhooks', { body: webhookBody(values) })),
    refresh: [['webhooks']],
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    create.mutate(undefined);
  };
  if (create.data !== undefined)
    return <SecretOnce secret={create.data.secret} about={t('installation.secretOnce')} />;
  return (
    <form onSubmit={submit}>
      <Stack>
        <WebhookFields values={values} onChange={setValues} />
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            {t('installation.makeWebhook')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
