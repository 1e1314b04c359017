import { Button, Group, Select, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { QueryKey } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import type { Rebind } from '../api/types';
import { useTexts } from '../texts/texts';
import { Dialog } from './dialog';
import { ProblemAlert } from './problem-alert';
import { useAction } from './use-action';

interface RebindProps {
  /** As they are now. */
  readonly urls: readonly string[];
  /** They are set at the host. */
  readonly areOfSettings?: boolean;
  readonly size?: 'xs' | 'sm';
  readonly run: (body: Rebind) => Promise<unknown>;
  readonly refresh: readonly QueryKey[];
}

/** Binds a key, or all that have no URLs of their own, to other ones. */
export function RebindButton(props: RebindProps) {
  const { t } = useTexts();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" size={props.size ?? 'sm'} onClick={open}>
        {t('rebind.button')}
      </Button>
      <Dialog opened={isOpen} onClose={close} title={t('rebind.title')} size="lg">
        <RebindForm {...props} onDone={close} />
      </Dialog>
    </>
  );
}

const keeps = ['usual', 'until', 'forever', 'none'] as const;
type Keep = (typeof keeps)[number];

/** What is left out stays as it is. */
function bodyOf(before: readonly string[], urls: string[], keep: Keep, day: string): Rebind {
  return {
    ...(urls.join() === before.join() ? {} : { url: urls }),
    ...(keep === 'until' ? { keepOldUntil: day } : {}),
    ...(keep === 'forever' ? { keepOldUntil: null } : {}),
    ...(keep === 'none' ? { keepOldUntil: new Date().toISOString() } : {}),
  };
}

function RebindForm(props: RebindProps & { readonly onDone: () => void }) {
  const { urls: before, areOfSettings = false, run, refresh, onDone } = props;
  const { t } = useTexts();
  const [urls, setUrls] = useState<string[]>([...before]);
  const [keep, setKeep] = useState<Keep>('usual');
  const [day, setDay] = useState('');
  const body = bodyOf(before, urls, keep, day);
  const isWhole = Object.keys(body).length > 0 && urls.length > 0 && (keep !== 'until' || day !== '');
  const rebind = useAction({
    run: () => run(body),
    done: () => t('rebind.done'),
    refresh,
    onDone,
    isShown: () => true,
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    rebind.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t('rebind.text')}</Text>
        <TagsInput
          data-autofocus
          maxTags={20}
          readOnly={areOfSettings}
          label={t('rebind.urls')}
          description={t(areOfSettings ? 'rebind.urlsOfSettings' : 'rebind.urlsHint')}
          value={urls}
          onChange={setUrls}
        />
        <Select
          allowDeselect={false}
          label={t('rebind.keep')}
          data={keeps.map((value) => ({ value, label: t(`rebind.keeps.${value}`) }))}
          value={keep}
          onChange={(chosen) => {
            setKeep(chosen ?? 'usual');
          }}
        />
        {keep === 'until' ? (
          <TextInput
            required
            type="date"
            label={t('rebind.day')}
            value={day}
            onChange={(event) => {
              setDay(event.currentTarget.value);
            }}
          />
        ) : null}
        {rebind.error === null ? null : <ProblemAlert error={rebind.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" disabled={!isWhole} loading={rebind.isPending}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
