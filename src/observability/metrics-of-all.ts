import cluster from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';

/**
 * Metrics of all worker processes as one: whichever of them is asked, it asks the primary, which asks them all. Counters
 * and gauges are summed, but for those that say otherwise (what every process reads off the same database).
 */

/** What passes between the primary and its workers; `prom-client` has messages of its own beside it. */
type Message =
  | { readonly type: 'gatehouse:metrics-asked'; readonly id: number }
  | { readonly type: 'gatehouse:metrics'; readonly id: number; readonly text: string | undefined };

/** The primary gives a worker that does not answer 5 s (prom-client); then the scrape fails. */
const answerTimeoutMs = 6000;
/** Scrapes at a time in one process; nobody needs two. */
const maxAsking = 8;

/** In the primary: answers workers that ask for the metrics of all. `onTrouble`: one of them did not answer in time. */
export function gatherMetrics(onTrouble: (error: unknown) => void): void {
  const all = new AggregatorRegistry();
  cluster.on('message', (worker, message: Message) => {
    if (message.type !== 'gatehouse:metrics-asked') return;
    const answer = (text: string | undefined): void => {
      if (!worker.isConnected()) return;
      worker.send({ type: 'gatehouse:metrics', id: message.id, text } satisfies Message);
    };
    all.clusterMetrics().then(answer, (error: unknown) => {
      onTrouble(error);
      answer(undefined);
    });
  });
}

/** In a worker: a function that gives the metrics of all as text. It throws when they cannot be had in time. */
export function metricsOfAll(own: Registry): () => Promise<string> {
  AggregatorRegistry.setRegistries([own]);
  // Made for its listener, which hands the primary this worker's metrics.
  new AggregatorRegistry();
  const asking = new Map<number, (text: string | undefined) => void>();
  let lastId = 0;
  process.on('message', (message: Message) => {
    if (typeof message === 'object' && message.type === 'gatehouse:metrics')
      asking.get(message.id)?.(message.text);
  });
  return async () => {
    if (asking.size >= maxAsking) throw new Error('too many ask for the metrics at a time');
    const id = ++lastId;
    const text = await new Promise<string | undefined>((resolve) => {
      const timer = setTimeout(resolve, answerTimeoutMs, undefined);
      asking.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      process.send?.({ type: 'gatehouse:metrics-asked', id } satisfies Message);
    });
    asking.delete(id);
    if (text === undefined) throw new Error('the metrics of all processes cannot be had now');
    return text;
  };
}
