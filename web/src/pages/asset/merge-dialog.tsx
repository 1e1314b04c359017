import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { api, give } from '../../api/client';
import { isProblem } from '../../api/problem';
import { AssetSelect } from '../../parts/asset-select';
import { Dialog } from '../../parts/dialog';
import { ProblemAlert } from '../../parts/problem-alert';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';
import type { AssetDialogProps } from './move-dialog';

export function MergeDialog({ of: asset, onClose }: AssetDialogProps) {
  const { t } = useTexts();
  const [other, setOther] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const [force, setForce] = useState(false);
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
        <AssetSelect
          label={t('asset.mergeWith')}
          within={{ key: asset.kid }}
          except={asset.id}
          value={other}
          onChange={setOther}
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
