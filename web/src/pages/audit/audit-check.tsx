import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type SubmitEvent, useState } from 'react';
import { api, give } from '../../api/client';
import type { AuditCheck as Check } from '../../api/types';
import { CopyIcon } from '../../parts/copy';
import { Dialog } from '../../parts/dialog';
import { ProblemAlert } from '../../parts/problem-alert';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';

/** A SHA-256 in hex digits. */
const hashLength = 64;

/** Walks the chain, and looks for the end that was noted the last time. */
export function AuditCheck() {
  const { t } = useTexts();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open}>
        {t('audit.check')}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={t('audit.check')} size="lg">
        <CheckForm />
      </Dialog>
    </>
  );
}

function CheckForm() {
  const { t } = useTexts();
  const [expectHead, setExpectHead] = useState('');
  const check = useAction({
    run: () => {
      const query = expectHead === '' ? {} : { expectHead };
      return give(api.GET('/audit/verify', { params: { query } }));
    },
    refresh: [],
    isShown: () => true,
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    check.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t('audit.expectHead')}
          description={t('audit.expectHeadHint')}
          maxLength={hashLength}
          spellCheck={false}
          autoComplete="off"
          classNames={{ input: 'mono' }}
          value={expectHead}
          onChange={(event) => {
            setExpectHead(event.currentTarget.value.trim());
          }}
        />
        {check.error === null ? null : <ProblemAlert error={check.error} />}
        {check.data === undefined ? null : <Checked of={check.data} />}
        <Group justify="flex-end">
          <Button type="submit" data-autofocus loading={check.isPending}>
            {t('audit.checkNow')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Checked({ of: { intact, entries, unchained, head, fault } }: { readonly of: Check }) {
  const { t } = useTexts();
  if (!intact) {
    return (
      <Alert color="red" role="status" title={t('audit.broken')}>
        {fault?.message}
      </Alert>
    );
  }
  return (
    <Alert color="teal" role="status" title={t('audit.intact', { count: entries })}>
      {unchained === 0 ? null : <Text size="sm">{t('audit.unchained', { count: unchained })}</Text>}
      {head === null ? null : (
        <>
          <Text size="sm">{t('audit.head')}</Text>
          <Group gap="xs" wrap="nowrap">
            <Text size="xs" className="mono" style={{ overflowWrap: 'anywhere' }}>
              {head.hash}
            </Text>
            <CopyIcon value={head.hash} />
          </Group>
        </>
      )}
    </Alert>
  );
}
