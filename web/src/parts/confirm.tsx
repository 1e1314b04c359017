import { Button, Group, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Dialog } from './dialog';
import { useTexts } from '../texts/texts';

interface ConfirmProps {
  readonly title: string;
  /** What will happen, and what else may be said about it. */
  readonly children: ReactNode;
  readonly action: string;
  readonly onConfirm: () => void;
  readonly isDangerous?: boolean;
  /** The button that asks. */
  readonly button: (open: () => void) => ReactNode;
}

/** A button whose deed is done only when it is confirmed. */
export function Confirm({ title, children, action, onConfirm, isDangerous = false, button }: ConfirmProps) {
  const { t } = useTexts();
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      {button(open)}
      <Dialog opened={isOpen} onClose={close} title={title}>
        <Stack>
          {children}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              {t('common.cancel')}
            </Button>
            <Button
              color={isDangerous ? 'red' : undefined}
              onClick={() => {
                close();
                onConfirm();
              }}
            >
              {action}
            </Button>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}
