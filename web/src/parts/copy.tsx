import { ActionIcon, Button, CopyButton, Tooltip } from '@mantine/core';
import { CheckIcon, ClipboardDocumentIcon } from '@heroicons/react/24/outline';
import { useTexts } from '../texts/texts';

export function CopyIcon({ value, label }: { readonly value: string; readonly label?: string }) {
  const { t } = useTexts();
  return (
    <CopyButton value={value} timeout={2000}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t('common.copied') : (label ?? t('common.copy'))}>
          <ActionIcon
            variant="subtle"
            color={copied ? 'teal' : 'gray'}
            size="sm"
            onClick={copy}
            aria-label={copied ? t('common.copied') : (label ?? t('common.copy'))}
          >
            {copied ? <CheckIcon width={16} /> : <ClipboardDocumentIcon width={16} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}

export function CopyWithWord({ value }: { readonly value: string }) {
  const { t } = useTexts();
  return (
    <CopyButton value={value} timeout={2000}>
      {({ copied, copy }) => (
        <Button
          size="xs"
          variant={copied ? 'light' : 'default'}
          color={copied ? 'teal' : undefined}
          leftSection={copied ? <CheckIcon width={16} /> : <ClipboardDocumentIcon width={16} />}
          onClick={copy}
        >
          {t(copied ? 'common.copied' : 'common.copy')}
        </Button>
      )}
    </CopyButton>
  );
}
