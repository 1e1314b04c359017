import { Group } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { ChoiceFilter } from '../../parts/choice-filter';
import { ClearFilters } from '../../parts/clear-filters';
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
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: Partial<typeof search>): void => {
    void navigate({ search: (before) => ({ ...before, ...change }) });
  };
  return (
    <Group gap="xs">
      <ChoiceFilter
        label={t('agents.whichOf')}
        width={220}
        choices={which.map((value) => ({ value, label: t(`agents.which.${value}`) }))}
        value={which.find((name) => search[name] === asked[name])}
        onChange={(name) => {
          set({ ...none, ...(name === undefined ? {} : { [name]: asked[name] }) });
        }}
      />
      <KeyFilter
        label={t('words.field.key')}
        width={180}
        value={search.key}
        onChange={(key) => {
          set({ key });
        }}
      />
      <TextFilter
        label={t('agents.generation')}
        width={130}
        value={search.generation}
        onChange={(generation) => {
          set({ generation });
        }}
      />
      <TextFilter
        label={t('words.field.deviceid')}
        width={170}
        value={search.deviceid}
        onChange={(deviceid) => {
          set({ deviceid });
        }}
      />
      <EntityFilter width={180} value={search.entity} onChange={set} />
      <DayField
        label={t('agents.silentSince')}
        width={230}
        value={search.lastContactBefore}
        onChange={(lastContactBefore) => {
          set({ lastContactBefore });
        }}
      />
      <ClearFilters filters={search} onClear={() => void navigate({ search: {} })} />
    </Group>
  );
}
