import { EmptyState } from '@mantine/core';
import type { ReactNode } from 'react';
import { type Role, useRights } from '../session/session';
import { useTexts } from '../texts/texts';
import { ButtonLink } from './links';

interface NeedsRoleProps {
  readonly role: Role;
  readonly children: ReactNode;
}

/** For pages that only lead to a change: a link to one may come from somebody who may do more. */
export function NeedsRole({ role, children }: NeedsRoleProps) {
  const { t } = useTexts();
  if (useRights().may(role)) return children;
  return (
    <EmptyState title={t('common.noRight')}>
      <ButtonLink to="/" variant="default">
        {t('common.toOverview')}
      </ButtonLink>
    </EmptyState>
  );
}
