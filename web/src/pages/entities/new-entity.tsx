import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { type SubmitEvent, useState } from 'react';
import { api, give } from '../../api/client';
import { Dialog } from '../../parts/dialog';
import { EntitySelect } from '../../parts/entity-select';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';

export function NewEntity({ below }: { readonly below: string | undefined }) {
  const { t } = useTexts();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button onClick={open}>{t('entities.create')}</Button>
      <Dialog opened={isOpen} onClose={close} title={t('entities.create')}>
        <NewEntityForm below={below} onDone={close} />
      </Dialog>
    </>
  );
}

function NewEntityForm({
  below,
  onDone,
}: {
  readonly below: string | undefined;
  readonly onDone: () => void;
}) {
  const { t } = useTexts();
  const [name, setName] = useState('');
  const [tag, setTag] = useState('');
  const [parentId, setParentId] = useState<string | null>(below ?? null);
  const create = useAction({
    run: () =>
      give(
        api.POST('/entities', {
          body: { name, ...(parentId === null ? {} : { parentId }), ...(tag === '' ? {} : { tag }) },
        }),
      ),
    done: () => t('entities.created'),
    refresh: [['entities']],
    onDone,
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    create.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          required
          data-autofocus
          label={t('entities.name')}
          maxLength={255}
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <EntitySelect label={t('entities.parent')} value={parentId} onChange={setParentId} clearable />
        <TextInput
          label={t('entities.tag')}
          description={t('entities.tagHint')}
          maxLength={255}
          value={tag}
          onChange={(event) => {
            setTag(event.currentTarget.value);
          }}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={create.isPending}>
            {t('entities.create')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
