import { Button, EmptyState, Group, Text, Timeline } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { assetHistoryQuery } from '../../api/queries';
import type { AssetEvent } from '../../api/types';
import { AgentText, isolated } from '../../parts/agent-text';
import { ChoiceFilter } from '../../parts/choice-filter';
import { ExportLinks } from '../../parts/export-links';
import { TextLink } from '../../parts/links';
import { Loaded } from '../../parts/loaded';
import { Section } from '../../parts/section';
import { When } from '../../parts/when';
import { useTexts } from '../../texts/texts';

/** All there are: one that is missing here does not compile. */
const known: Readonly<Record<AssetEvent['kind'], true>> = {
  ...{ created: true, updated: true, moved: true, retired: true, reactivated: true, merged: true },
  ...{ merged_into: true, unmerged: true, unmerged_from: true, split: true, split_from: true },
  uncontested: true,
};
const kinds = Object.keys(known) as readonly AssetEvent['kind'][];

/** What happened to it, newest first, with what each inventory changed. */
export function AssetHistory({ id }: { readonly id: string }) {
  const { t } = useTexts();
  const [kind, setKind] = useState<AssetEvent['kind']>();
  const filters = kind === undefined ? {} : { kind };
  const query = useInfiniteQuery(assetHistoryQuery(id, filters));
  return (
    <Section
      title={t('asset.tabs.history')}
      actions={
        <Group gap="xs" wrap="nowrap">
          <ChoiceFilter
            label={t('asset.whatHappened')}
            width={200}
            choices={kinds.map((value) => ({ value, label: t(`asset.kinds.${value}`) }))}
            value={kind}
            onChange={setKind}
          />
          <ExportLinks size="xs" list={`/assets/${id}/history`} filters={filters} />
        </Group>
      }
    >
      <Loaded query={query}>
        {({ pages }) => {
          const events = pages.flatMap(({ items }) => items);
          return events.length === 0 ? <EmptyState title={t('asset.noHistory')} /> : <Events of={events} />;
        }}
      </Loaded>
      {query.hasNextPage ? (
        <Button
          mt="md"
          variant="default"
          size="xs"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('common.show')} …
        </Button>
      ) : null}
    </Section>
  );
}

function Events({ of: events }: { readonly of: readonly AssetEvent[] }) {
  return (
    <Timeline bulletSize={14} lineWidth={2} active={-1}>
      {events.map((event) => (
        <Timeline.Item key={event.id} title={<EventTitle of={event} />}>
          {event.lines.map((line, index) => (
            <Text key={index} size="sm">
              <AgentText value={line} />
            </Text>
          ))}
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

function EventTitle({ of: event }: { readonly of: AssetEvent }) {
  const { t } = useTexts();
  return (
    <>
      {t(`asset.kinds.${event.kind}`)}{' '}
      <Text span size="xs" c="dimmed">
        <When at={event.at} /> {event.actor === null ? null : t('asset.by', { actor: isolated(event.actor) })}{' '}
        {event.submissionId === null ? null : (
          <TextLink to="/submissions/$id" params={{ id: event.submissionId }} size="xs">
            {t('submissions.one')}
          </TextLink>
        )}
      </Text>
    </>
  );
}
