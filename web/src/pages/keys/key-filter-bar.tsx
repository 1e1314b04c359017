import { Group } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { ChoiceFilter } from '../../parts/choice-filter';
import { ClearFilters } from '../../parts/clear-filters';
import { EntityFilter } from '../../parts/entity-filter';
import { partOfPattern, partPattern, TextFilter } from '../../parts/text-filter';
import { useTexts } from '../../texts/texts';

const route = getRouteApi('/console/keys');
const states = ['active', 'enrolment-ended', 'expired', 'closed', 'revoked'] as const;

export function KeyFilterBar() {
  const { t } = useTexts();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Partial<typeof search>): void => {
    void navigate({ search: (before) => ({ ...before, ...change }) });
  };
  return (
    <Group gap="xs">
      <TextFilter
        label={t('words.field.name')}
        width={180}
        value={partOfPattern(search.name)}
        onChange={(name) => {
          set({ name: partPattern(name) });
        }}
      />
      <ChoiceFilter
        label={t('keys.state')}
        width={170}
        choices={states.map((value) => ({ value, label: t(`words.keyState.${value}`) }))}
        value={search.state}
        onChange={(state) => {
          set({ state });
        }}
      />
      <EntityFilter width={200} value={search.entity} onChange={set} />
      <ClearFilters filters={search} onClear={() => void navigate({ search: {} })} />
    </Group>
  );
}
