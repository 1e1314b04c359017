import { PasswordInput, type PasswordInputProps } from '@mantine/core';
import { useTexts } from '../texts/texts';

/** For a secret that is typed in or pasted; the library's name for the eye beside it is English. */
export function SecretInput(props: PasswordInputProps) {
  const { t } = useTexts();
  return <PasswordInput visibilityToggleButtonProps={{ 'aria-label': t('common.showTyped') }} {...props} />;
}
