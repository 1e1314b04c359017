import { Table, Text } from '@mantine/core';
import { AgentText } from '../../parts/agent-text';
import { Facts } from '../../parts/facts';
import { Section } from '../../parts/section';
import { useTexts } from '../../texts/texts';
import { firstFields, units } from './inventory-columns';

export type Row = Readonly<Record<string, unknown>>;

/** Rows and columns of a section that are shown. */
const maxRows = 200;
const maxColumns = 8;

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
  const shown = (field: string, value: unknown) => (
    <AgentText value={valueText(`${section}.${field}`, value, language)} />
  );
  if (only !== undefined) {
    return (
      <Section title={title}>
        <Facts
          facts={Object.entries(only).map(([label, value]) => ({ label, value: shown(label, value) }))}
        />
      </Section>
    );
  }
  const columns = columnsOf(section, rows);
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
                <Table.Th key={field}>{field}</Table.Th>
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

function columnsOf(section: string, rows: readonly Row[]): string[] {
  const used = new Set(rows.slice(0, maxRows).flatMap((row) => Object.keys(row)));
  const first = (firstFields[section] ?? []).filter((field) => used.has(field));
  return [...new Set([...first, ...used])].slice(0, maxColumns);
}

function valueText(place: string, value: unknown, language: string): string {
  if (value === null || value === undefined) return '';
  const unit = units[place];
  if (unit !== undefined && Number.isFinite(Number(value))) {
    const amount = Number(value);
    if (unit === 'MB' && amount >= 10_240)
      return `${(amount / 1024).toLocaleString(language, { maximumFractionDigits: 1 })} GB`;
    return `${amount.toLocaleString(language)} ${unit}`;
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
