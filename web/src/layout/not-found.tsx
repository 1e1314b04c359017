import { Center, EmptyState } from '@mantine/core';
import { MapIcon } from '@heroicons/react/24/outline';
import { ButtonLink } from '../parts/links';
import { useTexts } from '../texts/texts';

export function NotFound() {
  const { t } = useTexts();
  return (
    <Center h="60vh">
      <EmptyState icon={<MapIcon />} title={t('common.notFound')} description={t('common.notFoundText')}>
        <ButtonLink to="/" variant="default">
          {t('common.toOverview')}
        </ButtonLink>
      </EmptyState>
    </Center>
  );
}
