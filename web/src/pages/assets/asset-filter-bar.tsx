import { Box, Select } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { ChoiceFilter } from '../../parts/choice-filter';
import { FilterBar } from '../../parts/filter-bar';
import { filtersOf } from '../../parts/filters-of';
import { EntityFilter } from '../../parts/entity-filter';
import { KeyFilter } from '../../parts/key-filter';
import { partOfPattern, partPattern, TextFilter } from '../../parts/text-filter';
import { useTexts } from '../../texts/texts';

const route = getRouteApi('/console/assets');

const itemtypes = ['Computer', 'Phone', 'Printer', 'NetworkEquipment', 'Unmanaged'] as const;
const statuses = ['active', 'retired', 'merged'] as const;
const daysSilent = [1, 7, 30, 90] as const;

export function AssetFilterBar() {
  const { t } = useTexts();
  const { filters, set, field, clear } = filtersOf(route.useSearch(), route.useNavigate());
  return (
    <FilterBar filters={filters} onClear={clear}>
      {/* Where there is no room for their tree. */}
      <Box hiddenFrom="md">
        <EntityFilter width={88} value={filters.entity} onChange={set} />
      </Box>
      <ChoiceFilter
        label={t('assets.kinds')}
        width={88}
        choices={itemtypes.map((value) => ({ value, label: t(`words.itemtype.${value}`) }))}
        {...field('itemtype')}
      />
      <ChoiceFilter
        label={t('assets.status')}
        width={88}
        choices={statuses.map((value) => ({ value, label: t(`words.assetStatus.${value}`) }))}
        {...field('status')}
      />
      <KeyFilter label={t('assets.key')} width={88} {...field('key')} />
      <SilentSince />
      <TextFilter label={t('assets.software')} width={88} {...field('software')} />
      <TextFilter
        label={t('assets.os')}
        width={88}
        value={partOfPattern(filters.os)}
        onChange={(os) => {
          set({ os: partPattern(os) });
        }}
      />
      <TextFilter label={t('assets.agentVersion')} width={104} {...field('agentVersion')} />
    </FilterBar>
  );
}

/** Days are what people think in; the address keeps the moment, so that a bookmark stays what it was. */
function SilentSince() {
  const { t, language } = useTexts();
  const { lastSeenBefore } = route.useSearch();
  const navigate = route.useNavigate();
  const days = new Intl.RelativeTimeFormat(language);
  const options = daysSilent.map((count) => ({ value: String(count), label: days.format(-count, 'day') }));
  const isOther = lastSeenBefore !== undefined;
  return (
    <Select
      size="xs"
      flex="1 1 112px"
      clearable
      placeholder={t('assets.silentSince')}
      aria-label={t('assets.silentSince')}
      data={
        isOther
          ? [
              ...options,
              { value: lastSeenBefore, label: new Date(lastSeenBefore).toLocaleDateString(language) },
            ]
          : options
      }
      value={lastSeenBefore ?? null}
      onChange={(chosen) => {
        const before = chosen === null ? undefined : daysAgo(Number(chosen)).toISOString();
        void navigate({ search: (search) => ({ ...search, lastSeenBefore: before }) });
      }}
    />
  );
}

function daysAgo(count: number): Date {
  const day = new Date();
  day.setUTCHours(0, 0, 0, 0);
  day.setUTCDate(day.getUTCDate() - count);
  return day;
}
