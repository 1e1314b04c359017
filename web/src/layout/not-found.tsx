import { Center, EmptyState } from '@mantine/core';
import { MapIcon } from '@heroicons/react/24/outline';
import { useEffect } from 'react';
import { ButtonLink } from '../parts/links';
import { useTexts } from '../texts/texts';

export function NotFound() {
  const { t } = useTexts();
  useEffect(() => {
    document.title = `${t('common.notFound')} · Gatehouse`;
  }, [t]);
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

/** Where no page of the console stands around it. */
export function NotFoundPage() {
  return (
    <main>
      <NotFound />
    </main>
  );
}
