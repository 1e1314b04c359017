import { getRouteApi } from '@tanstack/react-router';
import { ChoiceFilter } from '../../parts/choice-filter';
import { FilterBar } from '../../parts/filter-bar';
import { filtersOf } from '../../parts/filters-of';
import { EntityFilter } from '../../parts/entity-filter';
import { KeyFilter } from '../../parts/key-filter';
import { TextFilter } from '../../parts/text-filter';
import { DayField } from '../../parts/time-filter';
import { useTexts } from '../../texts/texts';

const route = getRouteApi('/console/agents');

/** What is asked for by a yes or a no of the API, and which of the two. */
const asked = { fullAwaited: 'true', hasInventory: 'false', usesFormerUrl: 'true' } as const;
const none = { fullAwaited: undefined, hasInventory: undefined, usesFormerUrl: undefined };
const which = ['fullAwaited', 'hasInventory', 'usesFormerUrl'] as const;

export function AgentFilterBar() {
  const { t } = useTexts();
  const { filters, set, field, clear } = filtersOf(route.useSearch(), route.useNavigate());
  return (
    <FilterBar filters={filters} onClear={clear}>
      <ChoiceFilter
        label={t('agents.whichOf')}
        width={110}
        choices={which.map((value) => ({ value, label: t(`agents.which.${value}`) }))}
        value={which.find((name) => filters[name] === asked[name])}
        onChange={(name) => {
          set({ ...none, ...(name === undefined ? {} : { [name]: asked[name] }) });
        }}
      />
      <KeyFilter label={t('words.field.key')} width={96} {...field('key')} />
      <TextFilter label={t('agents.generation')} width={112} {...field('generation')} />
      <TextFilter label={t('words.field.deviceid')} width={96} {...field('deviceid')} />
      <EntityFilter width={96} value={filters.entity} onChange={set} />
      <DayField label={t('agents.silentSince')} width={204} {...field('lastContactBefore')} />
    </FilterBar>
  );
}
