import { Alert, Button, Group, Stack, Switch, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { api, give, type Versioned } from '../../api/client';
import { isProblem } from '../../api/problem';
import { webhookToChangeQuery } from '../../api/queries';
import type { Webhook } from '../../api/types';
import { Dialog } from '../../parts/dialog';
import { Loaded } from '../../parts/loaded';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';
import { webhookBody, WebhookFields, type WebhookValues } from './webhook-fields';

interface EditWebhookProps {
  readonly id: string;
  readonly onClose: () => void;
}

export function EditWebhook({ id, onClose }: EditWebhookProps) {
  const { t } = useTexts();
  const query = useQuery(webhookToChangeQuery(id));
  return (
    <Dialog opened onClose={onClose} title={t('installation.changeWebhook')}>
      <Loaded query={query}>{(seen) => <EditForm key={seen.version} seen={seen} onDone={onClose} />}</Loaded>
    </Dialog>
  );
}

interface EditFormProps {
  readonly seen: Versioned<Webhook>;
  readonly onDone: () => void;
}

function EditForm({ seen: { data: webhook, version }, onDone }: EditFormProps) {
  const { t } = useTexts();
  const { id, url, name, kinds, entityId } = webhook;
  const [values, setValues] = useState<WebhookValues>({ url, name, kinds, entityId });
  const [enabled, setEnabled] = useState(webhook.enabled);
  const client = useQueryClient();
  const save = useAction({
    run: () =>
      give(
        api.PATCH('/webhooks/{id}', {
          params: { path: { id }, header: { 'If-Match': version } },
          body: { ...webhookBody(values), enabled },
        }),
      ),
    done: () => t('installation.webhookChanged'),
    refresh: [['webhooks']],
    onDone,
    isShown: (error) => isProblem(error, 'precondition_failed'),
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    save.mutate(undefined);
  };
  const isOld = isProblem(save.error, 'precondition_failed');
  return (
    <form onSubmit={submit}>
      <Stack>
        <WebhookFields values={values} onChange={setValues} />
        <Switch
          label={t('installation.isOn')}
          description={t('installation.isOnHint')}
          checked={enabled}
          onChange={(event) => {
            setEnabled(event.currentTarget.checked);
          }}
        />
        {isOld ? (
          <Alert color="orange" role="alert">
            <Group justify="space-between">
              <Text size="sm">{t('common.changedMeanwhile')}</Text>
              <Button
                size="xs"
                variant="default"
                onClick={() => void client.resetQueries({ queryKey: webhookToChangeQuery(id).queryKey })}
              >
                {t('installation.showAsItIs')}
              </Button>
            </Group>
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending} disabled={isOld}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
