import { Alert, Button, Group, Text } from '@mantine/core';
import { ExclamationTriangleIcon } from '@heroicons/react/24/outline';
import { isProblem } from '../api/problem';
import { type TextOf, useTexts } from '../texts/texts';

/** What stays as it is when it is asked for again. */
const lasting = ['role_insufficient', 'not_found', 'query_invalid'] as const;

/** What went wrong, in words for people: of the API, which says what to do, or ours where no answer came. */
export function problemText(error: unknown, t: TextOf): string {
  if (!isProblem(error)) return t('common.fault');
  const { code, detail, errors } = error.facts;
  if (code === 'unreachable') return t('common.unreachable');
  if (code === 'database_unavailable') return t('common.unavailable');
  if (code === 'role_insufficient') return t('common.noRight');
  if (code === 'precondition_failed') return t('common.changedMeanwhile');
  if (code === 'not_found') return t('common.notFoundText');
  if (detail === '') return t('common.fault');
  return [detail, ...errors.map(({ field, message }) => `${field}: ${message}`)].join(' ');
}

export function ProblemAlert({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { t } = useTexts();
  return (
    <Alert color="red" icon={<ExclamationTriangleIcon />} title={t('common.failed')} role="alert">
      <Group justify="space-between">
        <Text size="sm">{problemText(error, t)}</Text>
        {retry === undefined || isProblem(error, ...lasting) ? null : (
          <Button size="xs" variant="default" onClick={retry}>
            {t('common.retry')}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
