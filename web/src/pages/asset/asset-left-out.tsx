import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { assetIdentifiersQuery } from '../../api/queries';
import { AgentText } from '../../parts/agent-text';
import { Facts } from '../../parts/facts';
import { TextLink } from '../../parts/links';
import { Section } from '../../parts/section';
import { useTexts } from '../../texts/texts';

/** What the machine shows and is not recognised by; nothing where all counts. */
export function AssetLeftOut({ id }: { readonly id: string }) {
  const { t } = useTexts();
  const { data } = useQuery(assetIdentifiersQuery(id));
  const leftOut = data?.items.filter(({ why }) => why !== null) ?? [];
  if (leftOut.length === 0) return null;
  return (
    <Section title={t('junk.leftOut')}>
      <Text size="sm" c="dimmed" mb="xs">
        {t('junk.leftOutAbout')}
      </Text>
      <Facts
        facts={leftOut.map(({ kind, value, state, why, junkId }, place) => ({
          label: `${place + 1}. ${t(`words.field.${kind}`)}`,
          value: (
            <>
              <AgentText mono value={value} />
              <Text size="sm" c="dimmed">
                {state === 'learned' || state === 'declared' ? (
                  <TextLink to="/junk" search={{ show: junkId ?? undefined }} size="sm">
                    {t(`junk.reasons.${state}`)}
                  </TextLink>
                ) : (
                  `${t('junk.reasons.filler')}: ${why ?? ''}`
                )}
              </Text>
            </>
          ),
        }))}
      />
    </Section>
  );
}
