import { Button, Group, NumberInput, Stack } from '@mantine/core';
import { useState } from 'react';
import { api, give } from '../../api/client';
import { Dialog } from '../../parts/dialog';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';
import { SecretOnce } from './secret-once';

const defaultGraceHours = 24;
const maxGraceHours = 720;

/** Another secret, beside which the one before signs for a while. */
export function WebhookSecret({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { t } = useTexts();
  const [graceHours, setGraceHours] = useState(defaultGraceHours);
  const rotate = useAction({
    run: () => give(api.POST('/webhooks/{id}/rotate', { params: { path: { id } }, body: { graceHours } })),
    refresh: [['webhooks']],
  });
  return (
    <Dialog opened onClose={onClose} title={t('installation.newSecret')}>
      {rotate.data === undefined ? (
        <Stack>
          <NumberInput
            data-autofocus
            label={t('installation.graceHours')}
            description={t('installation.graceHoursHint')}
            min={0}
            max={maxGraceHours}
            allowDecimal={false}
            value={graceHours}
            onChange={(hours) => {
              setGraceHours(Number(hours));
            }}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button
              loading={rotate.isPending}
              onClick={() => {
                rotate.mutate(undefined);
              }}
            >
              {t('installation.newSecret')}
            </Button>
          </Group>
        </Stack>
      ) : (
        <SecretOnce secret={rotate.data.secret} about={t('installation.secretOnce')} />
      )}
    </Dialog>
  );
}
