import { Table, Text } from '@mantine/core';
import { AgentText } from '../../parts/agent-text';
import { Facts } from '../../parts/facts';
import { Section } from '../../parts/section';
import { useTexts } from '../../texts/texts';
import { firstFields } from './inventory-columns';
import { shownValue } from './inventory-values';
import { useFieldName } from './use-field-name';

export type Row = Readonly<Record<string, unknown>>;

/** Rows and columns of a section that are shown. */
const maxRows = 200;
const maxColumns = 8;
/** Pixels: the longest name of a field in one line. */
const factLabelWidth = 220;

export function rowsOf(value: unknown): Row[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter(
    (one): one is Row => typeof one === 'object' && one !== null && Object.keys(one).length > 0,
  );
}

interface InventorySectionProps {
  readonly section: string;
  readonly rows: readonly Row[];
}

/** One section of an inventory: facts when it has one row, else a table. Every value is an agent's text. */
export function InventorySection({ section, rows }: InventorySectionProps) {
  const { t, language } = useTexts();
  const title = t(`asset.sections.${section as 'bios'}`, { defaultValue: section });
  const [only] = rows.length === 1 ? rows : [];
  const nameOf = useFieldName();
  const shown = (field: string, value: unknown) =>
    typeof value === 'boolean' ? (
      t(value ? 'common.yes' : 'common.no')
    ) : (
      <AgentText value={shownValue(`${section}.${field}`, value, language)} />
    );
  if (only !== undefined) {
    return (
      <Section title={title}>
        <Facts
          labelWidth={factLabelWidth}
          facts={fieldsOf(section, rows).map((field) => ({
            label: nameOf(section, field),
            value: shown(field, only[field]),
          }))}
        />
      </Section>
    );
  }
  const columns = fieldsOf(section, rows).slice(0, maxColumns);
  return (
    <Section title={title}>
      <Table.ScrollContainer
        minWidth={Math.min(columns.length * 130, 900)}
        maxHeight={420}
        scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      >
        <Table className="plain-table">
          <Table.Thead>
            <Table.Tr>
              {columns.map((field) => (
                <Table.Th key={field}>{nameOf(section, field)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.slice(0, maxRows).map((row, index) => (
              <Table.Tr key={index}>
                {columns.map((field) => (
                  <Table.Td key={field}>{shown(field, row[field])}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {rows.length > maxRows ? (
        <Text size="xs" c="dimmed">
          {t('asset.entries', { count: rows.length })}
        </Text>
      ) : null}
    </Section>
  );
}

/** Those that somebody looks for come first. */
function fieldsOf(section: string, rows: readonly Row[]): string[] {
  const used = new Set(rows.slice(0, maxRows).flatMap((row) => Object.keys(row)));
  const first = (firstFields[section] ?? []).filter((field) => used.has(field));
  return [...new Set([...first, ...used])];
}
