import { EmptyState, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { assetInventoryQuery } from '../../api/queries';
import { AgentText } from '../../parts/agent-text';
import type { Column } from '../../parts/endless-table';
import { Loaded } from '../../parts/loaded';
import { VirtualTable } from '../../parts/virtual-table';
import { useTexts } from '../../texts/texts';
import { InventorySection, type Row, rowsOf } from './inventory-section';
import { hardwareSections } from './inventory-columns';
import { shownValue } from './inventory-values';
import { useFieldName } from './use-field-name';

type Content = Readonly<Record<string, unknown>>;

export function AssetHardware({ id }: { readonly id: string }) {
  const query = useQuery(assetInventoryQuery(id));
  const { t } = useTexts();
  return (
    <Loaded query={query}>
      {({ content }) => {
        const all = content as Content;
        const others = Object.keys(all).filter(
          (section) => !hardwareSections.includes(section) && section !== 'softwares',
        );
        const there = [...hardwareSections, ...others].filter((section) => rowsOf(all[section]).length > 0);
        return there.length === 0 ? (
          <EmptyState title={t('asset.noInventory')} />
        ) : (
          <Stack>
            {there.map((section) => (
              <InventorySection key={section} section={section} rows={rowsOf(all[section])} />
            ))}
          </Stack>
        );
      }}
    </Loaded>
  );
}

export function AssetSoftware({ id }: { readonly id: string }) {
  const query = useQuery(assetInventoryQuery(id));
  return (
    <Loaded query={query}>
      {({ content }) => <Softwares rows={rowsOf((content as Content).softwares)} />}
    </Loaded>
  );
}

function Softwares({ rows }: { readonly rows: readonly Row[] }) {
  const { t, language } = useTexts();
  const nameOf = useFieldName();
  const [wanted, setWanted] = useState('');
  const found = useMemo(
    () => rows.filter((row) => textOf(row.name).toLowerCase().includes(wanted.toLowerCase())),
    [rows, wanted],
  );
  const columns: Column<Row>[] = (['name', 'version', 'publisher', 'arch', 'install_date'] as const).map(
    (field) => ({
      id: field,
      header: nameOf('softwares', field),
      ...(field === 'name' ? { width: '34%' } : {}),
      cell: (row) => <AgentText value={shownValue(`softwares.${field}`, row[field], language)} oneLine />,
    }),
  );
  return (
    <Stack gap="sm">
      <TextInput
        maw={360}
        size="xs"
        placeholder={t('asset.findSoftware')}
        aria-label={t('asset.findSoftware')}
        value={wanted}
        onChange={(event) => {
          setWanted(event.currentTarget.value);
        }}
      />
      {found.length === 0 ? (
        <EmptyState title={t('asset.noSoftware')} />
      ) : (
        <VirtualTable
          label={t('asset.tabs.software')}
          count={found.length}
          rowAt={(index) => found[index]}
          columns={columns}
          keyOf={(_row, index) => String(index)}
          status={t('asset.entries', { count: found.length })}
        />
      )}
    </Stack>
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';
}
