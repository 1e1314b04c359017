import { CloseButton, TextInput } from '@mantine/core';
import { useTexts } from '../texts/texts';

interface TextFilterProps {
  readonly label: string;
  /** Least, in pixels. */
  readonly width: number;
  readonly value: string | undefined;
  readonly onChange: (text: string | undefined) => void;
}

/** Asked for when it is written to its end: at Enter, or when the field is left. */
export function TextFilter({ label, width, value = '', onChange }: TextFilterProps) {
  const { t } = useTexts();
  const commit = (text: string): void => {
    const wanted = text.trim();
    if (wanted !== value) onChange(wanted === '' ? undefined : wanted);
  };
  return (
    <TextInput
      // Another value comes by the address: the field begins anew.
      key={value}
      size="xs"
      flex={`1 1 ${width}px`}
      maxLength={255}
      defaultValue={value}
      placeholder={label}
      aria-label={label}
      autoComplete="off"
      spellCheck={false}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit(event.currentTarget.value);
      }}
      onBlur={(event) => {
        commit(event.currentTarget.value);
      }}
      rightSection={
        value === '' ? null : (
          <CloseButton
            size="xs"
            aria-label={t('common.clearFilter', { filter: label })}
            onClick={() => {
              onChange(undefined);
            }}
          />
        )
      }
    />
  );
}

/** A part of a text, as filters of the API take it: `*` stands for the rest. */
export function partPattern(text: string | undefined): string | undefined {
  return text === undefined || text.includes('*') ? text : `*${text}*`;
}

/** What was written for it. */
export function partOfPattern(pattern: string | undefined): string | undefined {
  return /^\*([^*]+)\*$/.exec(pattern ?? '')?.[1] ?? pattern;
}
