import { Select } from '@mantine/core';

interface ChoiceFilterProps<Value extends string> {
  readonly label: string;
  /** Least, in pixels. */
  readonly width: number;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly value: string | undefined;
  readonly onChange: (value: Value | undefined) => void;
  /** Where nothing is chosen; the label if left out. */
  readonly placeholder?: string;
  readonly searchable?: boolean;
}

/** One of a few values, or any. */
export function ChoiceFilter<Value extends string>(props: ChoiceFilterProps<Value>) {
  const { label, placeholder = label, width, choices, value, onChange, searchable = false } = props;
  return (
    <Select
      size="xs"
      flex={`1 1 ${width}px`}
      clearable
      searchable={searchable}
      placeholder={placeholder}
      aria-label={label}
      data={choices}
      value={value ?? null}
      onChange={(chosen) => {
        onChange(choices.find((choice) => choice.value === chosen)?.value);
      }}
    />
  );
}
