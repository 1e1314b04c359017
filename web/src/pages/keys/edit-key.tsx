import { Button, Group, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { api, give } from '../../api/client';
import { fieldErrorsOf } from '../../api/problem';
import type { Key } from '../../api/types';
import { Dialog } from '../../parts/dialog';
import { ProblemAlert } from '../../parts/problem-alert';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';
import { KeyFields } from './key-form';
import { changesOf, type KeyFormValues, valuesOf } from './key-form-values';

export function EditKey({ of: key }: { readonly of: Key }) {
  const { t } = useTexts();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open}>
        {t('keys.detail.edit')}
      </Button>
      <Dialog opened={isOpen} onClose={close} size="xl" title={t('keys.detail.edit')}>
        <EditForm of={key} onDone={close} />
      </Dialog>
    </>
  );
}

function EditForm({ of: key, onDone }: { readonly of: Key; readonly onDone: () => void }) {
  const { t } = useTexts();
  const before = valuesOf(key);
  const form = useForm<KeyFormValues>({ initialValues: before });
  const save = useAction({
    run: (values: KeyFormValues) =>
      give(api.PATCH('/keys/{kid}', { params: { path: { kid: key.kid } }, body: changesOf(before, values) })),
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
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack>
        <KeyFields form={form} isNew={false} />
        {save.error === null ? null : <ProblemAlert error={save.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t('common.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
