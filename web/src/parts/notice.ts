import { type NotificationData, notifications } from '@mantine/notifications';
import type { TextOf } from '../texts/texts';

/** A notice in the corner, whose closing button says what it does to who cannot see it. */
export function showNotice(t: TextOf, notice: NotificationData): void {
  notifications.show({ closeButtonProps: { 'aria-label': t('common.close') }, ...notice });
}
