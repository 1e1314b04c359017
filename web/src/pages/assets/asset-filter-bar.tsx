import { Group, Select } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { ChoiceFilter } from '../../parts/choice-filter';
import { ClearFilters } from '../../parts/clear-filters';
import { KeyFilter } from '../../parts/key-filter';
import { partOfPattern, partPattern, TextFilter } from '../../parts/text-filter';
import { useTexts } from '../../texts/texts';

const route = getRouteApi('/console/assets');

const itemtypes = ['Computer', 'Phone', 'Printer', 'NetworkEquipment', 'Unmanaged'] as const;
const statuses = ['active', 'retired', 'merged'] as const;
const daysSilent = [1, 7, 30, 90] as const;

export function AssetFilterBar() {
  const { t } = useTexts();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Partial<typeof search>): void => {
    void navigate({ search: (before) => ({ ...before, ...change }) });
  };
  return (
    <Group gap="xs">
      <ChoiceFilter
        label={t('assets.kinds')}
        width={150}
        choices={itemtypes.map((value) => ({ value, label: t(`words.itemtype.${value}`) }))}
        value={search.itemtype}
        onChange={(itemtype) => {
          set({ itemtype });
        }}
      />
      <ChoiceFilter
        label={t('assets.status')}
        width={120}
        choices={statuses.map((value) => ({ value, label: t(`words.assetStatus.${value}`) }))}
        value={search.status}
        onChange={(status) => {
          set({ status });
        }}
      />
      <KeyFilter
        label={t('assets.key')}
        width={180}
        value={search.key}
        onChange={(key) => {
          set({ key });
        }}
      />
      <SilentSince />
      <TextFilter
        label={t('assets.software')}
        width={150}
        value={search.software}
        onChange={(software) => {
          set({ software });
        }}
      />
      <TextFilter
        label={t('assets.os')}
        width={130}
        value={partOfPattern(search.os)}
        onChange={(os) => {
          set({ os: partPattern(os) });
        }}
      />
      <TextFilter
        label={t('assets.agentVersion')}
        width={130}
        value={search.agentVersion}
        onChange={(agentVersion) => {
          set({ agentVersion });
        }}
      />
      <ClearFilters filters={search} onClear={() => void navigate({ search: {} })} />
    </Group>
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
      w={180}
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
