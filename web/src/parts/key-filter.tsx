import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { keysQuery } from '../api/queries';

interface KeyFilterProps {
  readonly label: string;
  readonly width: number;
  /** A kid. */
  readonly value: string | undefined;
  readonly onChange: (kid: string | undefined) => void;
}

/** Chooses one of the registration keys, by name. */
export function KeyFilter({ label, width, value, onChange }: KeyFilterProps) {
  const { data: keys = [] } = useQuery(keysQuery);
  return (
    <Select
      size="xs"
      w={width}
      clearable
      searchable
      placeholder={label}
      aria-label={label}
      data={keys.map(({ kid, name }) => ({ value: kid, label: name }))}
      value={value ?? null}
      onChange={(kid) => {
        onChange(kid ?? undefined);
      }}
    />
  );
}
