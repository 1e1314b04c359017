import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { instanceQuery } from '../../api/queries';
import { PageHead } from '../../parts/page-head';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { EffectiveSettings } from './effective-settings';
import { InstanceSection } from './instance-section';
import { Tokens } from './tokens';
import { Webhooks } from './webhooks';

export function SettingsPage() {
  const { t } = useTexts();
  const instance = useQuery(instanceQuery);
  const { may, limit } = useRights();
  const isOperator = may('admin') && limit === undefined && instance.data?.id === 1;
  return (
    <>
      <PageHead title={t('settings.title')} about={t('settings.about')} />
      <Stack>
        <InstanceSection />
        <Tokens />
        {limit === undefined ? <Webhooks /> : null}
        {isOperator ? <EffectiveSettings /> : null}
      </Stack>
    </>
  );
}
