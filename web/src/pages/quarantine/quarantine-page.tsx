import { Button, Checkbox, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { api, give } from '../../api/client';
import { type QuarantineFilters, quarantineQuery } from '../../api/queries';
import type { HeldDevice } from '../../api/types';
import { LiveMark } from '../../live/live-mark';
import { useLive } from '../../live/use-live';
import { AgentText, isolated } from '../../parts/agent-text';
import { type Column, EndlessTable } from '../../parts/endless-table';
import { TextLink } from '../../parts/links';
import { ExportLinks } from '../../parts/export-links';
import { PageHead } from '../../parts/page-head';
import { useAction } from '../../parts/use-action';
import { When } from '../../parts/when';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { QuarantineFilterBar } from './quarantine-filter-bar';

const route = getRouteApi('/console/quarantine');
/** Least time between two looks at what is held. */
const liveEveryMs = 1000;
/** The number beside the name of the page is of the overview. */
const shownKeys = [['quarantine'], ['overview']];

export function QuarantinePage() {
  const { t } = useTexts();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { may } = useRights();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const { resolved = 'false', ...filters } = search;
  const isOpen = resolved === 'false';
  const columns = useColumns(may('operator') && isOpen, chosen, setChosen);
  useLive({
    queryKeys: shownKeys,
    kinds: ['conflict.opened', 'quarantine.opened', 'quarantine.decided'],
    intervalMs: liveEveryMs,
  });
  return (
    <>
      <PageHead
        title={t('quarantine.title')}
        about={t('quarantine.about')}
        actions={
          <>
            <LiveMark />
            <ExportLinks list="/quarantine" filters={search} />
          </>
        }
      />
      <Stack gap="sm">
        <Group mih={34}>
          <SegmentedControl
            size="xs"
            aria-label={t('quarantine.which')}
            value={resolved}
            data={[
              { value: 'false', label: t('quarantine.open') },
              { value: 'true', label: t('quarantine.decided') },
              { value: 'all', label: t('quarantine.all') },
            ]}
            onChange={(chosenNow) => {
              setChosen(new Set());
              void navigate({ search: (before) => ({ ...before, resolved: chosenNow }) });
            }}
          />
          {chosen.size === 0 ? (
            <QuarantineFilterBar />
          ) : (
            <BulkDecision
              ids={[...chosen]}
              onDone={() => {
                setChosen(new Set());
              }}
            />
          )}
        </Group>
        <EndlessTable
          label={t('quarantine.title')}
          list={quarantineQuery(search as QuarantineFilters)}
          columns={columns}
          keyOf={({ id }) => id}
          minWidth={820}
          empty={
            Object.keys(filters).length === 0
              ? { title: t('quarantine.empty'), text: t('quarantine.emptyText') }
              : { title: t('assets.emptyFiltered') }
          }
        />
      </Stack>
    </>
  );
}

/** Most that the API decides on at once. */
const maxAtOnce = 100;

function BulkDecision({ ids, onDone }: { readonly ids: readonly string[]; readonly onDone: () => void }) {
  const { t } = useTexts();
  const decide = useAction({
    run: (action: 'same' | 'new' | 'reject') =>
      give(api.POST('/quarantine/resolve', { body: { ids: ids.slice(0, maxAtOnce), action } })),
    done: ({ items }) => {
      const failed = items.filter(({ state }) => state === 'failed').length;
      return failed === 0
        ? t('quarantine.done')
        : t('quarantine.doneSome', { done: items.length - failed, failed });
    },
    refresh: [['quarantine'], ['overview'], ['assets']],
    onDone,
  });
  return (
    <Group gap="xs">
      <Text size="sm">{t('quarantine.chosen', { count: ids.length })}</Text>
      {(['same', 'new', 'reject'] as const).map((action) => (
        <Button
          key={action}
          size="xs"
          variant="default"
          loading={decide.isPending && decide.variables === action}
          onClick={() => {
            decide.mutate(action);
          }}
        >
          {t(`quarantine.actions.${action}`)}
        </Button>
      ))}
    </Group>
  );
}

function useColumns(
  isChoosing: boolean,
  chosen: ReadonlySet<string>,
  setChosen: (chosen: ReadonlySet<string>) => void,
): Column<HeldDevice>[] {
  const { t } = useTexts();
  return useMemo(() => {
    const choice: Column<HeldDevice> = {
      id: 'choose',
      header: '',
      width: 44,
      cell: ({ id, name }) => (
        <Checkbox
          size="xs"
          aria-label={t('quarantine.choose', { name: isolated(name ?? id) })}
          checked={chosen.has(id)}
          onChange={(event) => {
            const next = new Set(chosen);
            if (event.currentTarget.checked) next.add(id);
            else next.delete(id);
            setChosen(next);
          }}
        />
      ),
    };
    return [
      ...(isChoosing ? [choice] : []),
      {
        id: 'name',
        header: t('words.field.name'),
        cell: ({ id, name }) => (
          <TextLink to="/quarantine/$id" params={{ id }} size="sm" fw={550}>
            <AgentText value={name} oneLine empty={t('common.unnamed')} />
          </TextLink>
        ),
      },
      {
        id: 'reason',
        header: t('words.field.reason'),
        cell: ({ reason }) => <span className="mono">{reason}</span>,
      },
      {
        id: 'against',
        header: t('quarantine.against'),
        cell: ({ conflictsWith }) => <AgentText value={conflictsWith?.name} oneLine />,
      },
      {
        id: 'from',
        header: t('words.field.sourceAddress'),
        width: 140,
        cell: ({ sourceAddress }) => <span className="mono">{sourceAddress}</span>,
      },
      { id: 'count', header: t('quarantine.count'), width: 70, cell: ({ count }) => count },
      {
        id: 'lastSeen',
        header: t('words.field.lastSeen'),
        width: 130,
        cell: ({ lastSeen }) => <When at={lastSeen} brief />,
      },
    ];
  }, [t, isChoosing, chosen, setChosen]);
}
