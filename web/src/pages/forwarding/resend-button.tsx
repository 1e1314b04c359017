import { Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type SubmitEvent, useState } from 'react';
import { api, give } from '../../api/client';
import { Dialog } from '../../parts/dialog';
import { EntitySelect } from '../../parts/entity-select';
import { KeyFilter } from '../../parts/key-filter';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';
import { forwardingKeys } from './forwarding-keys';

const scopes = ['all', 'entity', 'key'] as const;
type Scope = (typeof scopes)[number];

/** Sends what is stored once more, behind what is new: after GLPI was restored from a backup, say. */
export function ResendButton() {
  const { t } = useTexts();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open}>
        {t('forwarding.resend')}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={t('forwarding.resendTitle')}>
        <ResendForm onDone={close} />
      </Dialog>
    </>
  );
}

function ResendForm({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTexts();
  const [scope, setScope] = useState<Scope>('entity');
  const [entityId, setEntityId] = useState<string | null>(null);
  const [kid, setKid] = useState<string | undefined>(undefined);
  const body =
    scope === 'all'
      ? ({ all: true } as const)
      : scope === 'entity'
        ? entityId === null
          ? undefined
          : { entityId }
        : kid === undefined
          ? undefined
          : { kid };
  const resend = useAction({
    run: (chosen: NonNullable<typeof body>) => give(api.POST('/forward/resend', { body: chosen })),
    done: ({ count }) => t('forwarding.resent', { count }),
    refresh: forwardingKeys,
    onDone,
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (body !== undefined) resend.mutate(body);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t('forwarding.resendText')}</Text>
        <SegmentedControl
          fullWidth
          aria-label={t('forwarding.resendWhat')}
          value={scope}
          data={scopes.map((value) => ({ value, label: t(`forwarding.scopes.${value}`) }))}
          onChange={(value) => {
            setScope(scopes.find((one) => one === value) ?? 'entity');
          }}
        />
        {scope === 'entity' ? (
          <EntitySelect
            label={t('forwarding.scopes.entity')}
            description={t('forwarding.andBelow')}
            value={entityId}
            onChange={setEntityId}
          />
        ) : scope === 'key' ? (
          <KeyFilter label={t('forwarding.scopes.key')} width={280} value={kid} onChange={setKid} />
        ) : null}
        <Group justify="flex-end">
          <Button type="submit" disabled={body === undefined} loading={resend.isPending}>
            {t('forwarding.resend')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
