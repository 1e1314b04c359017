import { Badge, Stack, Table, Text } from '@mantine/core';
import type { HeldDeviceDetail } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import { TextLink } from '../../parts/links';
import { Section } from '../../parts/section';
import { useTexts } from '../../texts/texts';
import classes from './comparison.module.css';

type Compared = NonNullable<HeldDeviceDetail['compared']>;

interface IdentityProps {
  readonly of: HeldDeviceDetail;
  readonly rows: Compared['identity'];
}

/** What the device shows beside what the asset is recognised by; the rows that differ are marked. */
export function IdentityComparison({ of: held, rows }: IdentityProps) {
  const { t } = useTexts();
  const asset = held.conflictsWith;
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table className="plain-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={150}>{t('quarantine.field')}</Table.Th>
            <Table.Th>{t('quarantine.device')}</Table.Th>
            <Table.Th>
              {asset === null ? (
                t('quarantine.asset')
              ) : (
                <TextLink to="/assets/$id" params={{ id: asset.id }} size="xs" underline="always">
                  {t('quarantine.asset')}
                </TextLink>
              )}
            </Table.Th>
            <Table.Th w={110} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows
            .filter(({ mark }) => mark !== 'missing on both')
            .map(({ field, device, asset: known, mark }) => (
              <Table.Tr key={field} data-mark={mark} className={classes.row}>
                <Table.Td>{t(`words.field.${field as 'serial'}`, { defaultValue: field })}</Table.Td>
                <Table.Td>
                  <Values of={device} />
                </Table.Td>
                <Table.Td>
                  <Values of={known} />
                </Table.Td>
                <Table.Td>
                  <Mark of={mark} />
                </Table.Td>
              </Table.Tr>
            ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Values({ of: values }: { readonly of: readonly string[] }) {
  return values.length === 0 ? (
    <Text c="dimmed">–</Text>
  ) : (
    <Stack gap={2}>
      {values.map((value) => (
        <div key={value}>
          <AgentText mono value={value} />
        </div>
      ))}
    </Stack>
  );
}

function Mark({ of: mark }: { readonly of: Compared['identity'][number]['mark'] }) {
  const { t } = useTexts();
  if (mark === 'equal') return <Badge color="teal">{t('quarantine.equal')}</Badge>;
  if (mark === 'differs') return <Badge color="orange">{t('quarantine.differs')}</Badge>;
  return <Badge color="gray">{t('quarantine.missing')}</Badge>;
}

/** Rows of the two inventories that are not the same. */
export function ContentDifferences({ content }: { readonly content: NonNullable<Compared['content']> }) {
  const { t } = useTexts();
  if (content.differences.length === 0) return null;
  return (
    <Section title={t('quarantine.content')}>
      <Table.ScrollContainer
        minWidth={640}
        maxHeight={420}
        scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      >
        <Table className="plain-table">
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={150}>{t('quarantine.section')}</Table.Th>
              <Table.Th>{t('quarantine.row')}</Table.Th>
              <Table.Th>{t('quarantine.change')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {content.differences.map(({ section, change, row, fields = [] }, index) => (
              <Table.Tr key={index}>
                <Table.Td className="mono">{section}</Table.Td>
                <Table.Td>
                  <AgentText value={row} />
                </Table.Td>
                <Table.Td>
                  {change === 'changed'
                    ? fields.map(({ field, before, after }) => (
                        <div key={field}>
                          {field}: <AgentText mono value={text(before)} /> →{' '}
                          <AgentText mono value={text(after)} />
                        </div>
                      ))
                    : t(`quarantine.changes.${change}`)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {content.left === 0 ? null : (
        <Text size="sm" c="dimmed">
          {t('quarantine.left', { count: content.left })}
        </Text>
      )}
    </Section>
  );
}

function text(value: unknown): string {
  return value === null || value === undefined
    ? ''
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
}
