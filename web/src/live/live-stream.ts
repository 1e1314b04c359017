import { eventKinds, type HappeningKind } from '../api/event-kinds';

/** What a page can hear of as it happens: events of docs/webhooks.md, and that submissions came in. */
export type LiveKind = HappeningKind | 'submissions.changed';
export const liveKinds: readonly LiveKind[] = ['submissions.changed', ...eventKinds];

/** `asleep`: nobody looks. `away`: it broke off, and is tried again after a while. */
export type LiveState = 'asleep' | 'connecting' | 'live' | 'away';

/** As much of an EventSource as is used here. */
export interface Source {
  addEventListener(kind: string, listener: () => void): void;
  close(): void;
}

export interface LiveDeps {
  readonly open: () => Source;
  readonly isHidden: () => boolean;
  readonly onVisibility: (listener: () => void) => void;
  /** It could not be opened, or broke off: the session may be over. */
  readonly onAway: () => void;
  readonly random: () => number;
}

export interface LiveStream {
  /** `onNews` is told of each kind, and of `undefined` when something may have been missed. */
  readonly subscribe: (onNews: (kind: LiveKind | undefined) => void) => () => void;
  readonly watchState: (listener: () => void) => () => void;
  readonly state: () => LiveState;
}

const firstRetryMs = 1000;
const maxRetryMs = 60_000;
/** One that lasted so long was a good one: the next break is the first again. */
const goodAfterMs = 10_000;

/**
 * One stream for all of a page. Browsers keep six connections to a host, over all of its tabs, so it is closed while the
 * tab is hidden or nobody listens.
 */
export function createLiveStream(deps: LiveDeps): LiveStream {
  const listeners = new Set<(kind: LiveKind | undefined) => void>();
  const watchers = new Set<() => void>();
  let state: LiveState = 'asleep';
  let source: Source | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let openedMs = 0;
  let failures = 0;

  function become(next: LiveState): void {
    if (state === next) return;
    state = next;
    for (const watcher of watchers) watcher();
  }

  function tell(kind: LiveKind | undefined): void {
    for (const listener of listeners) listener(kind);
  }

  function drop(): void {
    clearTimeout(timer);
    timer = undefined;
    source?.close();
    source = undefined;
  }

  function connect(): void {
    drop();
    if (state !== 'away') become('connecting');
    const opened = deps.open();
    source = opened;
    opened.addEventListener('open', () => {
      openedMs = Date.now();
      become('live');
      tell(undefined);
    });
    opened.addEventListener('error', breakOff);
    for (const kind of liveKinds) {
      opened.addEventListener(kind, () => {
        tell(kind);
      });
    }
  }

  /** A browser would try again each 3 s for ever, and not at all after a refusal. */
  function breakOff(): void {
    drop();
    if (state === 'live' && Date.now() - openedMs >= goodAfterMs) failures = 0;
    const waitMs = Math.min(maxRetryMs, firstRetryMs * 2 ** failures) * (0.5 + deps.random() / 2);
    failures++;
    become('away');
    deps.onAway();
    timer = setTimeout(connect, waitMs);
  }

  function look(): void {
    if (deps.isHidden() || listeners.size === 0) {
      drop();
      become('asleep');
    } else if (source === undefined && timer === undefined) {
      failures = 0;
      connect();
    }
  }

  deps.onVisibility(look);
  return {
    subscribe: (onNews) => {
      listeners.add(onNews);
      look();
      return () => {
        listeners.delete(onNews);
        // From one page to the next the stream is kept.
        setTimeout(look);
      };
    },
    watchState: (listener) => {
      watchers.add(listener);
      return () => {
        watchers.delete(listener);
      };
    },
    state: () => state,
  };
}
