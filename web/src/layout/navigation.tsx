import { Badge, Stack } from '@mantine/core';
import { ComputerDesktopIcon, KeyIcon, Squares2X2Icon } from '@heroicons/react/24/outline';
import type { ReactNode } from 'react';
import { PageLink } from '../parts/links';
import { useTexts } from '../texts/texts';

const icon = { width: 20, height: 20 } as const;

export function Navigation() {
  const { t } = useTexts();
  return (
    <Stack gap={2} component="nav" aria-label={t('common.navigation')}>
      <PageLink
        to="/"
        activeOptions={{ exact: true }}
        {...page(t('common.pages.overview'), <Squares2X2Icon {...icon} />)}
      />
      <PageLink to="/assets" {...page(t('common.pages.assets'), <ComputerDesktopIcon {...icon} />)} />
      <PageLink to="/keys" {...page(t('common.pages.keys'), <KeyIcon {...icon} />)} />
    </Stack>
  );
}

function page(label: string, leftSection: ReactNode, count?: number) {
  return {
    label,
    leftSection,
    activeProps: { active: true, 'aria-current': 'page' as const },
    rightSection: count === undefined || count === 0 ? undefined : <Badge size="sm">{count}</Badge>,
  };
}
