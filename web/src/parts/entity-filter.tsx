import { useTexts } from '../texts/texts';
import { EntitySelect } from './entity-select';

interface EntityFilterProps {
  /** Least, in pixels. */
  readonly width: number;
  readonly value: string | undefined;
  readonly onChange: (filter: { entity: string | undefined; recursive: string | undefined }) => void;
}

/** An entity and all below it. */
export function EntityFilter({ width, value, onChange }: EntityFilterProps) {
  const { t } = useTexts();
  return (
    <EntitySelect
      size="xs"
      flex={`1 1 ${width}px`}
      clearable
      placeholder={t('words.field.entity')}
      aria-label={t('words.field.entity')}
      value={value ?? null}
      onChange={(entity) => {
        onChange({ entity: entity ?? undefined, recursive: entity === null ? undefined : 'true' });
      }}
    />
  );
}
