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
  /** How often it was told that submissions came in. */
  readonly hints: () => number;
  /** What a browser would resume from. */
  readonly lastId: () => string;
  readonly isOver: () => boolean;
  until(what: string, isIt: (event: HeardEvent) => boolean): Promise<HeardEvent>;
  close(): void;
}

/** Listens to GET /events as a browser does. */
export async function listenToEvents(
  url: string,
  token: string,
  headers: Record<string, string> = {},
  query = '',
): Promise<EventStream> {
  const controller = new AbortController();
  const answer = await fetch(`${url}/api/v1/events${query}`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream', ...headers },
    signal: controller.signal,
  });
  const events: HeardEvent[] = [];
  let hints = 0;
  let lastId = '';
  let isOver = false;
  const read = async (): Promise<void> => {
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        lastId = /^id: (.*)$/m.exec(block)?.[1] ?? lastId;
        if (block.startsWith('event: submissions.changed\n')) hints++;
        else if (data !== undefined) events.push(JSON.parse(data) as HeardEvent);
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
    hints: () => hints,
    lastId: () => lastId,
    isOver: () => isOver,
    until: (what, isIt) => eventually(what, () => Promise.resolve(events.find(isIt))),
    close: () => {
      controller.abort();
    },
  };
}
