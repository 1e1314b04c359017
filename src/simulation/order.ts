import type { SimulatedMessage } from './message';
import { seededRandom } from './random';

/**
 * The messages of each day in another order. Those of one device keep theirs: a machine does not send its second
 * message before its first.
 */
export function shuffledWithinDays(messages: readonly SimulatedMessage[], seed: number): SimulatedMessage[] {
  const random = seededRandom(seed);
  return daysOf(messages).flatMap((ofDay) => {
    const waiting = new Map<string, SimulatedMessage[]>();
    for (const message of ofDay) {
      const queue = waiting.get(message.device) ?? [];
      queue.push(message);
      waiting.set(message.device, queue);
    }
    return random.shuffled(ofDay).map(({ device }) => {
      const next = waiting.get(device)?.shift();
      if (next === undefined) throw new Error('each message is sent once');
      return next;
    });
  });
}

/** One list a day, in the order of the days. */
export function daysOf(messages: readonly SimulatedMessage[]): SimulatedMessage[][] {
  const days = new Map<number, SimulatedMessage[]>();
  for (const message of messages) {
    const ofDay = days.get(message.day) ?? [];
    ofDay.push(message);
    days.set(message.day, ofDay);
  }
  return [...days].sort(([a], [b]) => a - b).map(([, ofDay]) => ofDay);
}
