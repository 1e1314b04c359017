import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, give, type Versioned } from '../../api/client';
import { fieldErrorsOf, isProblem } from '../../api/problem';
import { keyToChangeQuery } from '../../api/queries';
import type { Key } from '../../api/types';
import { Dialog } from '../../parts/dialog';
import { Loaded } from '../../parts/loaded';
import { ProblemAlert } from '../../parts/problem-alert';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';
import { type KeyForm, KeyFields } from './key-form';
import { broughtTogether, changesOf, type KeyFormValues, valuesOf } from './key-form-values';

export function EditKey({ of: { kid } }: { readonly of: Key }) {
  const { t } = useTexts();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open}>
        {t('keys.detail.edit')}
      </Button>
      <Dialog opened={isOpen} onClose={close} size="xl" title={t('keys.detail.edit')}>
        <AsItIsNow kid={kid} onDone={close} />
      </Dialog>
    </>
  );
}

function AsItIsNow({ kid, onDone }: { readonly kid: string; readonly onDone: () => void }) {
  const query = useQuery(keyToChangeQuery(kid));
  return <Loaded query={query}>{(first) => <EditForm first={first} onDone={onDone} />}</Loaded>;
}

interface EditFormProps {
  readonly first: Versioned<Key>;
  readonly onDone: () => void;
}

function EditForm({ first, onDone }: EditFormProps) {
  const { t } = useTexts();
  const [{ data: key, version }, setSeen] = useState(first);
  const before = valuesOf(key);
  const form = useForm<KeyFormValues>({ initialValues: before });
  const save = useAction({
    run: (values: KeyFormValues) =>
      give(
        api.PATCH('/keys/{kid}', {
          params: { path: { kid: key.kid }, header: { 'If-Match': version } },
          body: changesOf(before, values),
        }),
      ),
    done: () => t('keys.detail.saved'),
    refresh: [['keys']],
    onDone,
    isShown: () => true,
  });
  const submit = (values: KeyFormValues): void => {
    save.mutate(values, {
      onError: (error) => {
        form.setErrors(fieldErrorsOf(error));
      },
    });
  };
  const isOld = isProblem(save.error, 'precondition_failed');
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <KeyFields form={form} isNew={false} />
        {save.error === null || isOld ? null : <ProblemAlert error={save.error} />}
        <ChangedMeanwhile isOld={isOld} before={key} form={form} onSeen={setSeen} reset={save.reset} />
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

/** The form is longer than most windows. */
const bringIntoSight = (shown: HTMLElement | null): void => {
  shown?.scrollIntoView({ block: 'nearest' });
};

interface ChangedMeanwhileProps {
  /** What was to be saved was made from a version that is not the newest. */
  readonly isOld: boolean;
  readonly before: Key;
  readonly form: KeyForm;
  readonly onSeen: (now: Versioned<Key>) => void;
  readonly reset: () => void;
}

/** Nothing was saved: shows what others changed beside what was changed here, to be looked at and saved again. */
function ChangedMeanwhile({ isOld, before, form, onSeen, reset }: ChangedMeanwhileProps) {
  const { t } = useTexts();
  const client = useQueryClient();
  const [changed, setChanged] = useState<readonly string[]>([]);
  const bringTogether = useAction({
    run: () => client.query({ ...keyToChangeQuery(before.kid), staleTime: 0 }),
    refresh: [],
    onDone: (now) => {
      const [old, fresh] = [valuesOf(before), valuesOf(now.data)];
      setChanged(Object.keys(changesOf(old, fresh)));
      form.setValues(broughtTogether(old, form.getValues(), fresh));
      onSeen(now);
      reset();
    },
  });
  if (isOld) {
    return (
      <Alert color="orange" role="alert" title={t('keys.detail.changedMeanwhile')} ref={bringIntoSight}>
        <Group justify="space-between">
          <Text size="sm">{t('keys.detail.notSaved')}</Text>
          <Button
            size="xs"
            variant="default"
            loading={bringTogether.isPending}
            onClick={() => {
              bringTogether.mutate(undefined);
            }}
          >
            {t('keys.detail.bringTogether')}
          </Button>
        </Group>
      </Alert>
    );
  }
  if (changed.length === 0) return null;
  const names = changed.map((field) =>
    field === 'note' ? t('common.note') : t(`keys.form.${field as 'name'}`),
  );
  return (
    <Alert color="blue" role="status">
      {t('keys.detail.broughtTogether', { fields: names.join(', ') })}
    </Alert>
  );
}
