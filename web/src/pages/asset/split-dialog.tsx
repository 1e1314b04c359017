import { Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { api, give } from '../../api/client';
import type { Asset } from '../../api/types';
import { Dialog } from '../../parts/dialog';
import { isolated } from '../../parts/agent-text';
import { ProblemAlert } from '../../parts/problem-alert';
import { useAction } from '../../parts/use-action';
import { useTexts } from '../../texts/texts';
import type { AssetDialogProps } from './move-dialog';

interface Identifier {
  readonly kind: 'serial' | 'uuid' | 'mac' | 'deviceid' | 'agentid';
  readonly value: string;
}

export function SplitDialog({ of: asset, onClose }: AssetDialogProps) {
  const { t } = useTexts();
  const all = identifiersOf(asset);
  const [chosen, setChosen] = useState<string[]>([]);
  const split = useAction({
    run: () =>
      give(
        api.POST('/assets/{id}/split', {
          params: { path: { id: asset.id } },
          body: { identifiers: all.filter((one) => chosen.includes(nameOf(one))) },
        }),
      ),
    done: () => t('asset.splitDone'),
    refresh: [['asset'], ['assets'], ['overview']],
    onDone: onClose,
    isShown: () => true,
  });
  return (
    <Dialog opened onClose={onClose} title={t('asset.actions.split')}>
      <Stack>
        <Text size="sm">{t('asset.splitHint')}</Text>
        <Checkbox.Group value={chosen} onChange={setChosen}>
          <Stack gap="xs">
            {all.map((one) => (
              <Checkbox
                key={nameOf(one)}
                value={nameOf(one)}
                label={`${t(`words.field.${one.kind}`)}: ${isolated(one.value)}`}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        {split.error === null ? null : <ProblemAlert error={split.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button
            disabled={chosen.length === 0}
            loading={split.isPending}
            onClick={() => {
              split.mutate(undefined);
            }}
          >
            {t('asset.actions.split')}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}

const nameOf = ({ kind, value }: Identifier): string => `${kind} ${value}`;

function identifiersOf({ serial, uuid, macs, deviceids, agentids }: Asset): Identifier[] {
  const of = (kind: Identifier['kind'], values: readonly (string | null)[]): Identifier[] =>
    values.flatMap((value) => (value === null ? [] : [{ kind, value }]));
  return [
    ...of('serial', [serial]),
    ...of('uuid', [uuid]),
    ...of('mac', macs),
    ...of('deviceid', deviceids),
    ...of('agentid', agentids),
  ];
}
