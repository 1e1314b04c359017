import { Button, Menu } from '@mantine/core';
import { ChevronDownIcon } from '@heroicons/react/24/outline';
import { useState } from 'react';
import { api, give } from '../../api/client';
import type { Asset } from '../../api/types';
import { useAction } from '../../parts/use-action';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { MergeDialog } from './merge-dialog';
import { MoveDialog } from './move-dialog';
import { SplitDialog } from './split-dialog';

type Dialog = 'move' | 'merge' | 'split';

/** What an operator can do with an asset. Everything here can be taken back. */
export function AssetActions({ of: asset }: { readonly of: Asset }) {
  const { t } = useTexts();
  const { may } = useRights();
  const [dialog, setDialog] = useState<Dialog>();
  const { setStatus, unmerge } = useChanges(asset.id);
  if (!may('operator')) return null;
  const close = (): void => {
    setDialog(undefined);
  };
  const item = (label: string, onClick: () => void) => <Menu.Item onClick={onClick}>{label}</Menu.Item>;
  const open = (which: Dialog) =>
    item(t(`asset.actions.${which}`), () => {
      setDialog(which);
    });
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <Button variant="default" rightSection={<ChevronDownIcon width={14} />}>
            {t('asset.actions.menu')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {asset.status === 'merged' ? (
            item(t('asset.actions.unmerge'), () => {
              unmerge.mutate(undefined);
            })
          ) : (
            <>
              {open('move')}
              {open('merge')}
              {open('split')}
              <Menu.Divider />
              {asset.status === 'active'
                ? item(t('asset.actions.retire'), () => {
                    setStatus.mutate('retired');
                  })
                : item(t('asset.actions.reactivate'), () => {
                    setStatus.mutate('active');
                  })}
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {dialog === 'move' ? <MoveDialog of={asset} onClose={close} /> : null}
      {dialog === 'merge' ? <MergeDialog of={asset} onClose={close} /> : null}
      {dialog === 'split' ? <SplitDialog of={asset} onClose={close} /> : null}
    </>
  );
}

function useChanges(id: string) {
  const { t } = useTexts();
  const refresh = [['asset'], ['assets'], ['overview']];
  const setStatus = useAction({
    run: (status: 'active' | 'retired') =>
      give(api.PATCH('/assets/{id}', { params: { path: { id } }, body: { status } })),
    done: ({ status }) => t(status === 'retired' ? 'asset.retired' : 'asset.reactivated'),
    refresh,
  });
  const unmerge = useAction({
    run: () => give(api.POST('/assets/{id}/unmerge', { params: { path: { id } } })),
    done: () => t('asset.unmerged'),
    refresh,
  });
  return { setStatus, unmerge };
}
