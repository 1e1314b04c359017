import { Alert, Group, Text } from '@mantine/core';
import { SparklesIcon } from '@heroicons/react/24/outline';
import { ButtonLink } from '../../parts/links';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';

/** On a fresh installation: the way to the first inventory. */
export function FirstSteps() {
  const { t } = useTexts();
  const { may } = useRights();
  return (
    <Alert icon={<SparklesIcon />} title={t('overview.first')}>
      <Group justify="space-between">
        <Text size="sm">{t('overview.firstText')}</Text>
        {may('admin') ? (
          <ButtonLink to="/welcome" size="sm">
            {t('overview.begin')}
          </ButtonLink>
        ) : null}
      </Group>
    </Alert>
  );
}
