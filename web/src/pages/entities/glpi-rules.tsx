import { Code, Group, ScrollArea, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { glpiRulesQuery } from '../../api/glpi-queries';
import type { GlpiRules as Rules } from '../../api/types';
import { CopyWithWord } from '../../parts/copy';
import { Facts } from '../../parts/facts';
import { Loaded } from '../../parts/loaded';
import { useTexts } from '../../texts/texts';

/** What GLPI has to be told once, so that it places assets as they are placed here. */
export function GlpiRules() {
  const { t } = useTexts();
  const query = useQuery(glpiRulesQuery);
  return (
    <Loaded query={query}>
      {({ rule, xml, entities }) => (
        <Stack>
          <Text size="sm">{t('glpi.rulesText')}</Text>
          <Facts
            labelWidth={220}
            facts={[
              { label: t('glpi.rule'), value: rule.name },
              { label: t('glpi.criterion'), value: <span className="mono">{rule.pattern}</span> },
              { label: t('glpi.action'), value: <span className="mono">{rule.value}</span> },
            ]}
          />
          <Group justify="space-between">
            <Text size="sm" fw={600}>
              {t('glpi.rulesFile')}
            </Text>
            <CopyWithWord value={xml} />
          </Group>
          <ScrollArea.Autosize mah={180} type="auto" viewportProps={{ tabIndex: 0 }}>
            <Code block>{xml}</Code>
          </ScrollArea.Autosize>
          <Tags of={entities} />
        </Stack>
      )}
    </Loaded>
  );
}

function Tags({ of: entities }: { readonly of: Rules['entities'] }) {
  const { t } = useTexts();
  const tagged = entities.filter(({ tag }) => tag !== null);
  const untagged = entities.length - tagged.length;
  if (tagged.length === 0) return <Text size="sm">{t('glpi.noTags')}</Text>;
  return (
    <>
      <Text size="sm" fw={600}>
        {t('glpi.tags')}
      </Text>
      <ScrollArea.Autosize mah={260} type="auto" viewportProps={{ tabIndex: 0 }}>
        <Table className="plain-table">
          <Table.Tbody>
            {tagged.map(({ entityId, completeName, tag }) => (
              <Table.Tr key={entityId}>
                <Table.Td>
                  <bdi>{completeName}</bdi>
                </Table.Td>
                <Table.Td className="mono">{tag}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
      {untagged === 0 ? null : (
        <Text size="sm" c="dimmed">
          {t('glpi.untagged', { count: untagged })}
        </Text>
      )}
    </>
  );
}
