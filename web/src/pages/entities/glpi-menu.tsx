import { Button, Menu } from '@mantine/core';
import { ChevronDownIcon } from '@heroicons/react/24/outline';
import { useState } from 'react';
import { Dialog } from '../../parts/dialog';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { GlpiAccess } from './glpi-api';
import { GlpiRules } from './glpi-rules';

/** What is set up once between the two. */
export function GlpiMenu() {
  const { t } = useTexts();
  const { limit } = useRights();
  const [open, setOpen] = useState<'rules' | 'api'>();
  const close = (): void => {
    setOpen(undefined);
  };
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <Button variant="default" rightSection={<ChevronDownIcon width={14} />}>
            {t('glpi.menu')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            onClick={() => {
              setOpen('rules');
            }}
          >
            {t('glpi.rules')}
          </Menu.Item>
          {/* It concerns the whole tree. */}
          {limit === undefined ? (
            <Menu.Item
              onClick={() => {
                setOpen('api');
              }}
            >
              {t('glpi.title')}
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      <Dialog opened={open === 'rules'} onClose={close} title={t('glpi.rulesTitle')} size="xl">
        <GlpiRules />
      </Dialog>
      <Dialog opened={open === 'api'} onClose={close} title={t('glpi.title')} size="lg">
        <GlpiAccess />
      </Dialog>
    </>
  );
}
