import { eventually } from './refusals';

export interface HeardEvent {
  readonly id: string;
  readonly kind: string;
  readonly object: string | null;
  readonly entityId: string | null;
  readonly detail: Record<string, unknown>;
}

export interface EventStream {
  readonly status: number;
  /** Everything that was heard, in its order. */
  readonly events: readonly HeardEvent[];
  readonly isOver: () => boolean;
  until(what: string, isIt: (event: HeardEvent) => boolean): Promise<HeardEvent>;
  close(): void;
}

/** Listens to GET /events as a browser does. */
export async function listenToEvents(
  url: string,
  token: string,
  headers: Record<string, string> = {},
): Promise<EventStream> {
  const controller = new AbortController();
  const answer = await fetch(`${url}/api/v1/events`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream', ...headers },
    signal: controller.signal,
  });
  const events: HeardEvent[] = [];
  let isOver = false;
  const read = async (): Promise<void> => {
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data !== undefined) events.push(JSON.parse(data) as HeardEvent);
      }
    }
  };
  read()
    .catch(() => undefined)
    .finally(() => {
      isOver = true;
    });
  return {
    status: answer.status,
    events,
    isOver: () => isOver,
    until: (what, isIt) => eventually(what, () => Promise.resolve(events.find(isIt))),
    close: () => {
      controller.abort();
    },
  };
}
