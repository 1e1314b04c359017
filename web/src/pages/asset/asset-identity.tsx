import { Grid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { isProblem } from '../../api/problem';
import { submissionQuery } from '../../api/queries';
import type { Asset } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import { Facts } from '../../parts/facts';
import { JsonView } from '../../parts/json-view';
import { TextLink } from '../../parts/links';
import { Loaded } from '../../parts/loaded';
import { Section } from '../../parts/section';
import { When } from '../../parts/when';
import { useTexts } from '../../texts/texts';
import { AssetForwarding } from './asset-forwarding';
import { AssetLeftOut } from './asset-left-out';

/** By what it is recognised, and why the last inventory was taken for its own. */
export function AssetIdentity({ of: asset }: { readonly of: Asset }) {
  const { t } = useTexts();
  const last = useQuery(submissionQuery(asset.lastSubmission));
  const one = (label: string, value: string | null) => ({ label, value: <AgentText mono value={value} /> });
  const many = (label: string, values: readonly string[]) => ({
    label,
    value:
      values.length === 0 ? (
        '–'
      ) : (
        <Stack gap={2}>
          {values.map((value) => (
            <div key={value}>
              <AgentText mono value={value} />
            </div>
          ))}
        </Stack>
      ),
  });
  return (
    <Grid>
      <Grid.Col span={{ base: 12, md: 6 }}>
        <Stack>
          <Section title={t('asset.identity')}>
            <Facts
              facts={[
                one(t('words.field.serial'), asset.serial),
                one(t('words.field.uuid'), asset.uuid),
                many(t('words.field.macs'), asset.macs),
                many(t('words.field.deviceids'), asset.deviceids),
                many(t('words.field.agentids'), asset.agentids),
              ]}
            />
          </Section>
          <AssetLeftOut id={asset.id} />
          <Section title={t('asset.evidence')}>
            {isProblem(last.error, 'not_found') ? (
              <Text size="sm">{t('asset.evidenceGone')}</Text>
            ) : (
              <Loaded query={last}>{({ evidence }) => <JsonView value={evidence} />}</Loaded>
            )}
          </Section>
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 6 }}>
        <Stack>
          <Section title={t('asset.about')}>
            <Facts
              facts={[
                { label: t('words.field.manufacturer'), value: <AgentText value={asset.manufacturer} /> },
                { label: t('words.field.model'), value: <AgentText value={asset.model} /> },
                { label: t('words.field.os'), value: <AgentText value={asset.os} /> },
                { label: t('words.field.lastUser'), value: <AgentText value={asset.lastUser} /> },
                many(t('words.field.ips'), asset.ips),
                { label: t('words.field.agentVersion'), value: <AgentText value={asset.agentVersion} /> },
                {
                  label: t('words.field.key'),
                  value: (
                    <TextLink to="/keys/$kid" params={{ kid: asset.kid }} size="sm" className="mono">
                      {asset.kid}
                    </TextLink>
                  ),
                },
                { label: t('words.field.firstSeen'), value: <When at={asset.firstSeen} /> },
                { label: t('words.field.lastSeen'), value: <When at={asset.lastSeen} /> },
                { label: t('words.field.lastChanged'), value: <When at={asset.lastChanged} /> },
              ]}
            />
          </Section>
          <AssetForwarding id={asset.id} />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
