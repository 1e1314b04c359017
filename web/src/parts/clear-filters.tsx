import { Button } from '@mantine/core';
import { useTexts } from '../texts/texts';

interface ClearFiltersProps {
  /** Of the address. */
  readonly filters: object;
  readonly onClear: () => void;
}

/** Nothing while no filter is set. */
export function ClearFilters({ filters, onClear }: ClearFiltersProps) {
  const { t } = useTexts();
  if (Object.keys(filters).length === 0) return null;
  return (
    <Button size="xs" variant="subtle" onClick={onClear}>
      {t('common.clearFilters')}
    </Button>
  );
}
