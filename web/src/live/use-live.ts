import { type QueryKey, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { sessionEnded } from '../session/session-ended';
import { sessionQuery } from '../session/session';
import { queryClient } from '../query-client';
import { createLiveStream, type LiveKind, type LiveState } from './live-stream';
import { spacedRefresh } from './spaced-refresh';

/** An EventSource cannot tell a refusal from a gateway that is away. */
async function askWhetherSignedIn(): Promise<void> {
  const session = await queryClient.query({ ...sessionQuery, staleTime: 0, retry: false });
  if (session === null) sessionEnded.tell();
}

const stream = createLiveStream({
  open: () => new EventSource('/api/v1/events?submissions=true'),
  isHidden: () => document.hidden,
  onVisibility: (listener) => {
    document.addEventListener('visibilitychange', listener);
  },
  onAway: () => {
    // A gateway that is away is what the mark on the page says already.
    askWhetherSignedIn().catch(() => undefined);
  },
  random: Math.random,
});

interface LiveView {
  readonly queryKeys: readonly QueryKey[];
  readonly kinds: readonly LiveKind[];
  /** Least time between two times of asking. */
  readonly intervalMs: number;
  readonly isOn?: boolean;
}

/** Asks for what is shown again when something of these kinds happened, or may have been missed. */
export function useLive(view: LiveView): void {
  const client = useQueryClient();
  const newest = useRef(view);
  useEffect(() => {
    newest.current = view;
  });
  const { isOn = true, intervalMs } = view;
  useEffect(() => {
    if (!isOn) return undefined;
    const refresh = spacedRefresh(intervalMs, () =>
      Promise.all(
        newest.current.queryKeys.map((queryKey) =>
          client.invalidateQueries({ queryKey }, { cancelRefetch: false }),
        ),
      ),
    );
    const unsubscribe = stream.subscribe((kind) => {
      if (kind === undefined || newest.current.kinds.includes(kind)) refresh.ask();
    });
    return () => {
      unsubscribe();
      refresh.stop();
    };
  }, [client, isOn, intervalMs]);
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(stream.watchState, stream.state);
}
