import { getRouteApi } from '@tanstack/react-router';
import { ChoiceFilter } from '../../parts/choice-filter';
import { FilterBar } from '../../parts/filter-bar';
import { filtersOf } from '../../parts/filters-of';
import { EntityFilter } from '../../parts/entity-filter';
import { partOfPattern, partPattern, TextFilter } from '../../parts/text-filter';
import { useTexts } from '../../texts/texts';

const route = getRouteApi('/console/keys');
const states = ['active', 'enrolment-ended', 'expired', 'closed', 'revoked'] as const;
const modes = ['auto', 'approve', 'observe', 'closed'] as const;

export function KeyFilterBar() {
  const { t } = useTexts();
  const { filters, set, field, clear } = filtersOf(route.useSearch(), route.useNavigate());
  return (
    <FilterBar filters={filters} onClear={clear}>
      <TextFilter
        label={t('words.field.name')}
        width={180}
        value={partOfPattern(filters.name)}
        onChange={(name) => {
          set({ name: partPattern(name) });
        }}
      />
      <ChoiceFilter
        label={t('keys.state')}
        width={170}
        choices={states.map((value) => ({ value, label: t(`words.keyState.${value}`) }))}
        {...field('state')}
      />
      <ChoiceFilter
        label={t('keys.form.mode')}
        width={150}
        choices={modes.map((value) => ({ value, label: t(`keys.form.modes.${value}`) }))}
        {...field('mode')}
      />
      <TextFilter
        label={t('keys.form.owner')}
        width={120}
        value={partOfPattern(filters.owner)}
        onChange={(owner) => {
          set({ owner: partPattern(owner) });
        }}
      />
      <EntityFilter width={160} value={filters.entity} onChange={set} />
    </FilterBar>
  );
}
