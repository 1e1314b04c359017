import { Alert, SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ForwardStatus } from '../../api/types';
import { AgentText } from '../../parts/agent-text';
import { Figure } from '../../parts/figure';
import { relativeTime } from '../../parts/time-text';
import { useTexts } from '../../texts/texts';
import { useReasonTexts } from './reason-texts';

const colours = { up: 'teal', down: 'red', paused: 'blue', idle: 'orange' } as const;

/** How passing on stands, in words first and then in figures. */
export function ForwardState({ of: status }: { readonly of: ForwardStatus }) {
  const { t, language } = useTexts();
  const { upstream, backlog } = status;
  if (upstream === null) return null;
  const { state, pace, lastDeliveryAt } = upstream;
  const ago = (time: string): string => relativeTime(new Date(time), new Date(status.at), language);
  const oldest = backlog.oldestSince === null ? '–' : ago(backlog.oldestSince);
  const perMinute = pace.perMinute === null ? '–' : pace.perMinute.toLocaleString(language);
  return (
    <Stack>
      <Alert color={colours[state]} title={t(`forwarding.states.${state}`)}>
        <Stack gap={4}>
          <Why of={status} />
          {lastDeliveryAt === null ? null : (
            <Text size="sm">{t('forwarding.lastArrived', { when: ago(lastDeliveryAt) })}</Text>
          )}
        </Stack>
      </Alert>
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        <Figure
          value={backlog.waiting.toLocaleString(language)}
          label={t('forwarding.waiting')}
          hint={t('forwarding.onTheirWay', { count: backlog.inFlight })}
        />
        <Figure
          value={oldest}
          label={t('forwarding.oldest')}
          hint={t('forwarding.contacts', { count: backlog.contacts })}
        />
        <Figure
          value={state === 'up' ? perMinute : '–'}
          label={t('forwarding.perMinute')}
          hint={t('forwarding.pace', { count: pace.atOnce, ms: pace.latencyMs })}
        />
        <Figure
          value={backlog.dead.toLocaleString(language)}
          label={t('forwarding.dead')}
          hint={t('forwarding.retrying', { count: backlog.retrying })}
          isUrgent={backlog.dead > 0}
        />
      </SimpleGrid>
    </Stack>
  );
}

/** What it means, and what will happen. */
function Why({ of: { at, upstream, backlog } }: { readonly of: ForwardStatus }): ReactNode {
  const { t, language } = useTexts();
  const { labelOf, adviceOf } = useReasonTexts();
  if (upstream === null) return null;
  const soon = (time: string): string => relativeTime(new Date(time), new Date(at), language);
  const { state, pause, breaker, lastTrouble } = upstream;
  if (state === 'idle') return <Text size="sm">{t('forwarding.idleText')}</Text>;
  if (state === 'paused' && pause !== null) {
    return (
      <>
        <Text size="sm" component="div">
          {t('forwarding.pausedBy', { by: pause.by, when: soon(pause.since) })}{' '}
          {t(pause.until === null ? 'forwarding.pausedOpen' : 'forwarding.pausedUntil', {
            when: pause.until === null ? '' : soon(pause.until),
          })}
        </Text>
        {pause.why === null ? null : (
          <Text size="sm" component="div">
            <AgentText value={pause.why} />
          </Text>
        )}
      </>
    );
  }
  if (state === 'down') {
    const reason = breaker.why ?? lastTrouble?.reason ?? '';
    return (
      <>
        <Text size="sm">
          {labelOf(reason)}. {adviceOf(reason, lastTrouble?.reason === reason ? lastTrouble.advice : null)}
        </Text>
        <Text size="sm">
          {t('forwarding.nothingLost', { count: backlog.waiting })}{' '}
          {breaker.nextTryAt === null ? null : t('forwarding.nextTry', { when: soon(breaker.nextTryAt) })}
        </Text>
      </>
    );
  }
  if (backlog.waiting === 0) {
    const isAll = backlog.dead === 0;
    return (
      <Text size="sm">
        {isAll ? t('forwarding.allThere') : t('forwarding.restThere', { count: backlog.dead })}
      </Text>
    );
  }
  const { clearInSeconds } = backlog;
  const clearAt = new Date(new Date(at).getTime() + (clearInSeconds ?? 0) * 1000).toISOString();
  return (
    <Text size="sm">
      {t('forwarding.waits', { count: backlog.waiting })}{' '}
      {clearInSeconds === null ? null : t('forwarding.through', { when: soon(clearAt) })}
    </Text>
  );
}
