import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type SubmitEvent, useState } from 'react';
import { api, give } from '../../api/client';
import { Dialog } from '../../parts/dialog';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';
import { forwardingKeys } from './forwarding-keys';

const hours = ['', '1', '4', '24', '72'] as const;

/** Sends nothing for a while, e.g. while GLPI is updated. */
export function PauseButton() {
  const { t } = useTexts();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open}>
        {t('forwarding.pause')}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={t('forwarding.pauseTitle')}>
        <PauseForm onDone={close} />
      </Dialog>
    </>
  );
}

function PauseForm({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTexts();
  const [why, setWhy] = useState('');
  const [until, setUntil] = useState<string>('4');
  const pause = useAction({
    run: () =>
      give(
        api.POST('/forward/pause', {
          body: {
            ...(why === '' ? {} : { why }),
            ...(until === ''
              ? {}
              : { until: new Date(Date.now() + Number(until) * 3_600_000).toISOString() }),
          },
        }),
      ),
    done: () => t('forwarding.pausedNow'),
    refresh: forwardingKeys,
    onDone,
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    pause.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t('forwarding.pauseText')}</Text>
        <TextInput
          data-autofocus
          label={t('forwarding.pauseWhy')}
          maxLength={200}
          value={why}
          onChange={(event) => {
            setWhy(event.currentTarget.value);
          }}
        />
        <Select
          label={t('forwarding.pauseUntil')}
          allowDeselect={false}
          data={hours.map((value) => ({
            value,
            label:
              value === '' ? t('forwarding.untilResumed') : t('forwarding.hours', { count: Number(value) }),
          }))}
          value={until}
          onChange={(value) => {
            setUntil(value ?? '');
          }}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={pause.isPending}>
            {t('forwarding.pause')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
