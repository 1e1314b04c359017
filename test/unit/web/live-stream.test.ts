import { createLiveStream, type LiveKind, type Source } from '../../../web/src/live/live-stream';
import { spacedRefresh } from '../../../web/src/live/spaced-refresh';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A browser whose streams do what the test says. */
function aBrowser() {
  const sources: (Source & { isClosed: boolean; fire: (kind: string) => void })[] = [];
  const page = { isHidden: false, onVisibility: (): void => undefined };
  const away = jest.fn();
  const stream = createLiveStream({
    open: () => {
      const listeners = new Map<string, () => void>();
      const source = {
        isClosed: false,
        addEventListener: (kind: string, listener: () => void) => void listeners.set(kind, listener),
        close: () => {
          source.isClosed = true;
        },
        fire: (kind: string) => listeners.get(kind)?.(),
      };
      sources.push(source);
      return source;
    },
    isHidden: () => page.isHidden,
    onVisibility: (listener) => {
      page.onVisibility = listener;
    },
    onAway: away,
    random: () => 1,
  });
  const turn = (isHidden: boolean): void => {
    page.isHidden = isHidden;
    page.onVisibility();
  };
  return { stream, sources, away, turn, last: () => sources[sources.length - 1] };
}

it('keeps one stream for all who listen, over a change of pages, and none without them', () => {
  const { stream, sources, last } = aBrowser();
  const heard: (LiveKind | undefined)[] = [];
  const leave = stream.subscribe((kind) => heard.push(kind));
  const leaveToo = stream.subscribe(() => undefined);
  last()?.fire('open');
  last()?.fire('asset.created');
  expect([sources.length, stream.state(), heard]).toEqual([1, 'live', [undefined, 'asset.created']]);
  leave();
  leaveToo();
  const leaveNext = stream.subscribe(() => undefined);
  jest.runAllTimers();
  expect([sources.length, last()?.isClosed]).toEqual([1, false]);
  leaveNext();
  jest.runAllTimers();
  expect([last()?.isClosed, stream.state()]).toEqual([true, 'asleep']);
});

it('closes the stream while the tab is hidden, and says afterwards that something may have been missed', () => {
  const { stream, sources, turn, last } = aBrowser();
  const heard: unknown[] = [];
  stream.subscribe((kind) => heard.push(kind));
  last()?.fire('open');
  turn(true);
  expect([last()?.isClosed, stream.state()]).toEqual([true, 'asleep']);
  jest.advanceTimersByTime(600_000);
  expect(sources.length).toBe(1);
  turn(false);
  last()?.fire('open');
  expect([sources.length, stream.state(), heard]).toEqual([2, 'live', [undefined, undefined]]);
});

it('tries again after a wait that doubles up to a minute, and from the beginning after one that lasted', () => {
  const { stream, sources, away, last } = aBrowser();
  stream.subscribe(() => undefined);
  const waits: number[] = [];
  for (let n = 0; n < 8; n++) {
    const count = sources.length;
    last()?.fire('error');
    expect(stream.state()).toBe('away');
    const before = Date.now();
    while (sources.length === count) jest.advanceTimersByTime(1000);
    waits.push((Date.now() - before) / 1000);
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
  expect(away).toHaveBeenCalledTimes(8);
  last()?.fire('open');
  jest.advanceTimersByTime(10_000);
  const count = sources.length;
  last()?.fire('error');
  jest.advanceTimersByTime(1000);
  expect(sources.length).toBe(count + 1);
});

it('asks once for all news that come while it asks and waits', async () => {
  let finish: () => void = () => undefined;
  const run = jest.fn(
    () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
  );
  const { ask, stop } = spacedRefresh(1000, run);
  for (let n = 0; n < 20; n++) ask();
  expect(run).toHaveBeenCalledTimes(1);
  await jest.advanceTimersByTimeAsync(5000);
  expect(run).toHaveBeenCalledTimes(1);
  finish();
  await jest.advanceTimersByTimeAsync(999);
  expect(run).toHaveBeenCalledTimes(1);
  await jest.advanceTimersByTimeAsync(1);
  expect(run).toHaveBeenCalledTimes(2);
  finish();
  stop();
  ask();
  await jest.advanceTimersByTimeAsync(5000);
  expect(run).toHaveBeenCalledTimes(2);
});
