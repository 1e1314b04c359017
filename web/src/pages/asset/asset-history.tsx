import { Button, EmptyState, Text, Timeline } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { assetHistoryQuery } from '../../api/queries';
import type { AssetEvent } from '../../api/types';
import { AgentText, isolated } from '../../parts/agent-text';
import { ExportLinks } from '../../parts/export-links';
import { TextLink } from '../../parts/links';
import { Loaded } from '../../parts/loaded';
import { Section } from '../../parts/section';
import { When } from '../../parts/when';
import { useTexts } from '../../texts/texts';

/** What happened to it, newest first, with what each inventory changed. */
export function AssetHistory({ id }: { readonly id: string }) {
  const { t } = useTexts();
  const query = useInfiniteQuery(assetHistoryQuery(id));
  return (
    <Loaded query={query}>
      {({ pages }) => {
        const events = pages.flatMap(({ items }) => items);
        return events.length === 0 ? (
          <EmptyState title={t('asset.noHistory')} />
        ) : (
          <Section
            title={t('asset.tabs.history')}
            actions={<ExportLinks size="xs" list={`/assets/${id}/history`} />}
          >
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
      }}
    </Loaded>
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
