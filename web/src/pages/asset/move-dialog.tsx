import { Button, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { api, give } from '../../api/client';
import type { Asset } from '../../api/types';
import { Dialog } from '../../parts/dialog';
import { EntitySelect } from '../../parts/entity-select';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';

export interface AssetDialogProps {
  readonly of: Asset;
  readonly onClose: () => void;
}

export function MoveDialog({ of: asset, onClose }: AssetDialogProps) {
  const { t } = useTexts();
  const [entityId, setEntityId] = useState<string | null>(asset.entityId);
  const move = useAction({
    run: () =>
      give(
        api.PATCH('/assets/{id}', { params: { path: { id: asset.id } }, body: { entityId: entityId ?? '' } }),
      ),
    done: () => t('asset.moved'),
    refresh: [['asset'], ['assets'], ['overview']],
    onDone: onClose,
  });
  return (
    <Dialog opened onClose={onClose} title={t('asset.actions.move')}>
      <Stack>
        <EntitySelect
          label={t('asset.moveTo')}
          value={entityId}
          onChange={setEntityId}
          allowDeselect={false}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button
            loading={move.isPending}
            disabled={entityId === asset.entityId}
            onClick={() => {
              move.mutate(undefined);
            }}
          >
            {t('asset.actions.move')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
