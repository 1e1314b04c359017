import { Box } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { EntityFilter } from '../../parts/entity-filter';
import { FilterBar } from '../../parts/filter-bar';
import { filtersOf } from '../../parts/filters-of';
import { KeyFilter } from '../../parts/key-filter';
import { TextFilter } from '../../parts/text-filter';
import { useTexts } from '../../texts/texts';

const route = getRouteApi('/console/quarantine');
const none = { key: undefined, reason: undefined, asset: undefined } as const;

/** Beside the choice of what is open or decided, which stays when the others are cleared. */
export function QuarantineFilterBar() {
  const { t } = useTexts();
  const { filters, set, field } = filtersOf(route.useSearch(), route.useNavigate());
  const { resolved: _resolved, ...own } = filters;
  return (
    <Box flex="1 1 320px">
      <FilterBar
        filters={own}
        onClear={() => {
          set({ ...none, entity: undefined, recursive: undefined });
        }}
      >
        <KeyFilter label={t('words.field.key')} width={90} {...field('key')} />
        <TextFilter label={t('words.field.reason')} width={90} {...field('reason')} />
        <EntityFilter width={90} value={filters.entity} onChange={set} />
      </FilterBar>
    </Box>
  );
}
