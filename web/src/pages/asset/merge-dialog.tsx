import { Button, Checkbox, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, give } from '../../api/client';
import { isProblem } from '../../api/problem';
import { assetsQuery } from '../../api/queries';
import { Dialog } from '../../parts/dialog';
import { isolated } from '../../parts/agent-text';
import { ProblemAlert } from '../../parts/problem-alert';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';
import type { AssetDialogProps } from './move-dialog';

export function MergeDialog({ of: asset, onClose }: AssetDialogProps) {
  const { t } = useTexts();
  const [sought, setSought] = useState('');
  const [q] = useDebouncedValue(sought, 300);
  const [other, setOther] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const [force, setForce] = useState(false);
  const found = useInfiniteQuery({ ...assetsQuery({ q, key: asset.kid }), enabled: q !== '' });
  const candidates = (found.data?.pages[0]?.items ?? []).filter(({ id }) => id !== asset.id);
  const merge = useAction({
    run: (from: string) =>
      give(
        api.POST('/assets/{id}/merge', {
          params: { path: { id: asset.id } },
          body: { from: [from], force, ...(note === '' ? {} : { note }) },
        }),
      ),
    done: () => t('asset.merged'),
    refresh: [['asset'], ['assets'], ['overview']],
    onDone: onClose,
    isShown: () => true,
  });
  return (
    <Dialog opened onClose={onClose} title={t('asset.actions.merge')}>
      <Stack>
        <Text size="sm">{t('asset.mergeHint')}</Text>
        <Select
          searchable
          clearable
          label={t('asset.mergeWith')}
          placeholder={t('asset.mergeFind')}
          filter={({ options }) => options}
          data={candidates.map(({ id, name, serial, entity }) => ({
            value: id,
            label: [name ?? t('common.unnamed'), serial, entity]
              .filter(Boolean)
              .map((text) => isolated(text ?? ''))
              .join(' · '),
          }))}
          value={other}
          onChange={setOther}
          onSearchChange={(text) => {
            if (other === null) setSought(text.trim().slice(0, 255));
          }}
        />
        <TextInput
          label={t('common.note')}
          description={t('common.noteHint')}
          maxLength={2000}
          value={note}
          onChange={(event) => {
            setNote(event.currentTarget.value);
          }}
        />
        {merge.error === null ? null : <ProblemAlert error={merge.error} />}
        {isProblem(merge.error, 'merge_conflict') ? (
          <Checkbox
            label={t('asset.force')}
            checked={force}
            onChange={(event) => {
              setForce(event.currentTarget.checked);
            }}
          />
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button
            disabled={other === null}
            loading={merge.isPending}
            onClick={() => {
              if (other !== null) merge.mutate(other);
            }}
          >
            {t('asset.actions.merge')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
