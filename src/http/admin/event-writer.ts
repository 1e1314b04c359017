import type { Response } from 'express';
import type { EventView } from '../../admin/events';

export const eventStreamType = 'text/event-stream';

/** A reader that is so far behind is cut off: it resumes from the last event that it got. */
const maxUnsentBytes = 1024 * 1024;

/** Before anything is written. */
export function startStream(response: Response): void {
  response.status(200);
  response.setHeader('Content-Type', `${eventStreamType}; charset=utf-8`);
  // nginx would gather events in its buffer.
  response.setHeader('X-Accel-Buffering', 'no');
  response.write(': connected\n\n');
}

export type EventWriter = ReturnType<typeof createEventWriter>;

/** What is written to one client, until it is over; nothing may be written to a response that was ended. */
export function createEventWriter(response: Response, resumedFrom: number) {
  let isOver = false;
  let resumeFrom = resumedFrom;
  const write = (text: string): void => {
    if (isOver || !response.headersSent || response.destroyed) return;
    response.write(text);
    if (response.writableLength > maxUnsentBytes) response.destroy();
  };
  /** One that was committed late has a lower number than those before it: resuming there would tell these again. */
  const pass = (id: number): string => {
    resumeFrom = Math.max(resumeFrom, id);
    return `id: ${resumeFrom}\n`;
  };
  return {
    isOver: () => isOver,
    isOpen: () => !isOver && !response.destroyed,
    beat: () => {
      write(': beat\n\n');
    },
    /** It has no id: what a stream resumes from stays the last event. */
    hint: () => {
      write('event: submissions.changed\ndata: {}\n\n');
    },
    events: (views: readonly EventView[]) => {
      const told = views.map(
        (view) => `${pass(Number(view.id))}event: ${view.kind}\ndata: ${JSON.stringify(view)}\n\n`,
      );
      if (told.length > 0) write(told.join(''));
    },
    /** No event: a client resumes after it, though it was told of none of those before. */
    passed: (id: number) => {
      write(`${pass(id)}\n`);
    },
    end: () => {
      isOver = true;
      if (response.headersSent) response.end();
    },
  };
}
