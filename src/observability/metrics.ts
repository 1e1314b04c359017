import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  /** One request of an agent: what was asked, how it ended. */
  agentRequest(labels: { kind: string; status: number; reason: string }, seconds: number): void;
  /** Length of the queue of submissions waiting for a commit, read when the metrics are asked for. */
  watchQueue(length: () => number): void;
}

/** Buckets around what an inventory takes: milliseconds when all is well, seconds when the database is slow. */
const secondsBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];

/** No label takes a value from a request: an attacker must not be able to make series. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'gatehouse_agent_requests_total',
    help: 'Requests of agents by kind, HTTP status and reason of refusal',
    labelNames: ['kind', 'status', 'reason'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'gatehouse_agent_request_seconds',
    help: 'Time from the first byte of a request to its answer, by kind',
    labelNames: ['kind'],
    buckets: secondsBuckets,
    registers: [registry],
  });
  return {
    registry,
    agentRequest: ({ kind, status, reason }, seconds) => {
      requests.inc({ kind, status: String(status), reason });
      duration.observe({ kind }, seconds);
    },
    watchQueue: (length) => {
      new Gauge({
        name: 'gatehouse_settle_queue_length',
        help: 'Submissions waiting for their transaction',
        registers: [registry],
        collect() {
          this.set(length());
        },
      });
    },
  };
}
