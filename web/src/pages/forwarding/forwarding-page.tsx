import { Button, EmptyState, Group, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { forwardStatusQuery } from '../../api/queries';
import type { ForwardStatus } from '../../api/types';
import { useLive } from '../../live/use-live';
import { Loaded } from '../../parts/loaded';
import { PageHead } from '../../parts/page-head';
import { useAction } from '../../parts/use-action';
import { api, give } from '../../api/client';
import { useRights } from '../../session/session';
import { useTexts } from '../../texts/texts';
import { ForwardedList } from './forwarded-list';
import { ForwardReasons } from './forward-reasons';
import { ForwardState } from './forward-state';
import { forwardingKeys } from './forwarding-keys';
import { PauseButton } from './pause-button';
import { ResendButton } from './resend-button';
import { SetUpstream } from './set-upstream';
import { UpstreamSection } from './upstream-section';

/** Least time between two looks at what is new. */
const liveEveryMs = 2000;

export function ForwardingPage() {
  const { t } = useTexts();
  const status = useQuery(forwardStatusQuery);
  useListInStep(status.dataUpdatedAt);
  useLive({
    queryKeys: [forwardStatusQuery.queryKey],
    kinds: ['submissions.changed', 'upstream.up', 'upstream.down'],
    intervalMs: liveEveryMs,
  });
  const isSet = (status.data?.upstream ?? null) !== null;
  return (
    <>
      <PageHead
        title={t('forwarding.title')}
        about={t('forwarding.about')}
        actions={isSet ? <Actions of={status.data} /> : undefined}
      />
      <Loaded query={status}>{(of) => (of.upstream === null ? <NoUpstream /> : <Passing of={of} />)}</Loaded>
    </>
  );
}

/** The list below is asked for as often as the figures above it. */
function useListInStep(updatedAt: number): void {
  const client = useQueryClient();
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ['forwarding', 'assets'] });
  }, [client, updatedAt]);
}

function Passing({ of: status }: { readonly of: ForwardStatus }) {
  const { limit } = useRights();
  return (
    <Stack>
      <ForwardState of={status} />
      {status.backlog.reasons.length === 0 ? null : <ForwardReasons of={status} />}
      <ForwardedList />
      {limit === undefined ? <UpstreamSection /> : null}
    </Stack>
  );
}

function NoUpstream() {
  const { t } = useTexts();
  const { may, limit } = useRights();
  const maySet = may('admin') && limit === undefined;
  return (
    <EmptyState
      title={t('forwarding.none')}
      description={t(maySet ? 'forwarding.noneText' : 'forwarding.noneAsk')}
      py="xl"
    >
      {maySet ? <SetUpstream label={t('forwarding.setFirst')} /> : null}
    </EmptyState>
  );
}

function Actions({ of: status }: { readonly of: ForwardStatus | undefined }) {
  const { t } = useTexts();
  const { may, limit } = useRights();
  const resume = useAction({
    run: () => give(api.POST('/forward/resume')),
    done: () => t('forwarding.resumed'),
    refresh: forwardingKeys,
  });
  if (!may('operator')) return null;
  const isPaused = status?.upstream?.state === 'paused';
  return (
    <Group gap="xs">
      <ResendButton />
      {limit !== undefined ? null : isPaused ? (
        <Button
          loading={resume.isPending}
          onClick={() => {
            resume.mutate(undefined);
          }}
        >
          {t('forwarding.resume')}
        </Button>
      ) : (
        <PauseButton />
      )}
    </Group>
  );
}
