import { Modal, type ModalProps } from '@mantine/core';
import { useTexts } from '../texts/texts';

/** A window over the page, whose closing button says what it does to who cannot see it. */
export function Dialog(props: Omit<ModalProps, 'closeButtonProps'>) {
  const { t } = useTexts();
  return <Modal closeButtonProps={{ 'aria-label': t('common.close') }} {...props} />;
}
