import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type AssetFilters, assetsQuery } from '../api/queries';
import { useTexts } from '../texts/texts';
import { isolated } from './agent-text';

interface AssetSelectProps {
  readonly label: string;
  readonly description?: string;
  /** Among which it is looked for. */
  readonly within: AssetFilters;
  /** Not offered. */
  readonly except?: string;
  readonly value: string | null;
  readonly onChange: (id: string | null) => void;
}

/** One asset, found by whatever people have at hand. */
export function AssetSelect({ label, description, within, except, value, onChange }: AssetSelectProps) {
  const { t } = useTexts();
  const [sought, setSought] = useState('');
  const [q] = useDebouncedValue(sought, 300);
  const found = useInfiniteQuery({ ...assetsQuery({ ...within, q }), enabled: q !== '' });
  const candidates = (found.data?.pages[0]?.items ?? []).filter(({ id }) => id !== except);
  return (
    <Select
      searchable
      clearable
      label={label}
      description={description}
      placeholder={t('asset.mergeFind')}
      filter={({ options }) => options}
      data={candidates.map(({ id, name, serial, entity }) => ({
        value: id,
        label: [name ?? t('common.unnamed'), serial, entity]
          .filter(Boolean)
          .map((text) => isolated(text ?? ''))
          .join(' · '),
      }))}
      value={value}
      onChange={onChange}
      onSearchChange={(text) => {
        if (value === null) setSought(text.trim().slice(0, 255));
      }}
    />
  );
}
