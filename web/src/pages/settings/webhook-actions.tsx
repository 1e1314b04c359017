import { Button, Group, Menu, Stack, Text } from '@mantine/core';
import { ChevronDownIcon } from '@heroicons/react/24/outline';
import { useState } from 'react';
import { api, give } from '../../api/client';
import type { Webhook } from '../../api/types';
import { Dialog } from '../../parts/dialog';
import { showNotice } from '../../parts/notice';
import { useAction } from '../../parts/use-action';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { Deliveries } from './deliveries';
import { EditWebhook } from './edit-webhook';
import { WebhookSecret } from './webhook-secret';

type Open = 'deliveries' | 'change' | 'secret' | 'remove';

export function WebhookActions({ of: { id, name } }: { readonly of: Webhook }) {
  const { t } = useTexts();
  const { may } = useRights();
  const [open, setOpen] = useState<Open>();
  const test = useTest(id);
  const close = (): void => {
    setOpen(undefined);
  };
  const item = (which: Open, label: string, color?: string) => (
    <Menu.Item
      color={color}
      onClick={() => {
        setOpen(which);
      }}
    >
      {label}
    </Menu.Item>
  );
  return (
    <Group gap="xs" wrap="nowrap" justify="flex-end">
      <Button
        size="xs"
        variant="default"
        onClick={() => {
          setOpen('deliveries');
        }}
      >
        {t('installation.deliveries')}
      </Button>
      {may('admin') ? (
        <Menu position="bottom-end" width={220}>
          <Menu.Target>
            <Button
              size="xs"
              variant="default"
              loading={test.isPending}
              rightSection={<ChevronDownIcon width={14} />}
              aria-label={t('installation.actionsOf', { name })}
            >
              {t('installation.actions')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              onClick={() => {
                test.mutate(undefined);
              }}
            >
              {t('installation.test')}
            </Menu.Item>
            {item('change', t('installation.changeWebhook'))}
            {item('secret', t('installation.newSecret'))}
            <Menu.Divider />
            {item('remove', t('installation.remove'), 'red')}
          </Menu.Dropdown>
        </Menu>
      ) : null}
      {open === 'deliveries' ? <Deliveries id={id} name={name} onClose={close} /> : null}
      {open === 'change' ? <EditWebhook id={id} onClose={close} /> : null}
      {open === 'secret' ? <WebhookSecret id={id} onClose={close} /> : null}
      {open === 'remove' ? <RemoveWebhook id={id} onClose={close} /> : null}
    </Group>
  );
}

function useTest(id: string) {
  const { t } = useTexts();
  return useAction({
    run: () => give(api.POST('/webhooks/{id}/test', { params: { path: { id } } })),
    onDone: ({ state, lastTrouble, lastStatus }) => {
      const isTaken = state === 'delivered';
      showNotice(t, {
        color: isTaken ? 'teal' : 'red',
        message: isTaken
          ? t('installation.tested')
          : `${String(lastStatus ?? '')} ${lastTrouble ?? ''}`.trim(),
      });
    },
    refresh: [['webhooks']],
  });
}

function RemoveWebhook({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { t } = useTexts();
  const remove = useAction({
    run: () => give(api.DELETE('/webhooks/{id}', { params: { path: { id } } })),
    refresh: [['webhooks']],
    onDone: onClose,
  });
  return (
    <Dialog opened onClose={onClose} title={t('installation.removeTitle')}>
      <Stack>
        <Text size="sm">{t('installation.removeText')}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t('common.cancel')}
          </Button>
          <Button
            color="red"
            loading={remove.isPending}
            onClick={() => {
              remove.mutate(undefined);
            }}
          >
            {t('installation.remove')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
