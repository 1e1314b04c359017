import { Badge, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { settingsQuery } from '../../api/queries';
import { Loaded } from '../../parts/loaded';
import { Section } from '../../parts/section';
import { useTexts } from '../../texts/texts';

/** What the gateway was started with, to read: settings are changed at the host. */
export function EffectiveSettings() {
  const { t } = useTexts();
  const query = useQuery(settingsQuery);
  return (
    <Section title={t('installation.settings')}>
      <Loaded query={query}>
        {({ version, items }) => (
          <>
            <Text size="sm" c="dimmed" mb="xs">
              {t('installation.version')}: <span className="mono">{version}</span>
            </Text>
            <Table.ScrollContainer minWidth={720}>
              <Table className="plain-table">
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t('words.field.name')}</Table.Th>
                    <Table.Th>{t('installation.value')}</Table.Th>
                    <Table.Th>{t('installation.source')}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map(({ name, value, source, description }) => (
                    <Table.Tr key={name}>
                      <Table.Td>
                        <span className="mono">{name}</span>
                        <Text size="xs" c="dimmed">
                          {description}
                        </Text>
                      </Table.Td>
                      <Table.Td>
                        <bdi className="mono">{value === '' ? '–' : value}</bdi>
                      </Table.Td>
                      <Table.Td>
                        <Badge variant="light" color={source === 'default' ? 'gray' : 'blue'}>
                          {t(`installation.sources.${source}`)}
                        </Badge>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          </>
        )}
      </Loaded>
    </Section>
  );
}
