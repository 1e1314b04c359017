import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { instanceQuery } from '../../api/queries';
import { Facts } from '../../parts/facts';
import { Loaded } from '../../parts/loaded';
import { PageHead } from '../../parts/page-head';
import { Section } from '../../parts/section';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { EffectiveSettings } from './effective-settings';
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
        <Section title={t('settings.instance')}>
          <Loaded query={instance}>
            {({ name, publicUrls, urlAliases, createdAt }) => (
              <Facts
                labelWidth={220}
                facts={[
                  { label: t('words.field.name'), value: <bdi>{name}</bdi> },
                  { label: t('settings.urls'), value: <span className="mono">{publicUrls.join(', ')}</span> },
                  ...(urlAliases.length === 0
                    ? []
                    : [
                        {
                          label: t('settings.former'),
                          value: <span className="mono">{urlAliases.map(({ url }) => url).join(', ')}</span>,
                        },
                      ]),
                  { label: t('words.field.createdAt'), value: <When at={createdAt} /> },
                ]}
              />
            )}
          </Loaded>
        </Section>
        <Tokens />
        {limit === undefined ? <Webhooks /> : null}
        {isOperator ? <EffectiveSettings /> : null}
      </Stack>
    </>
  );
}
