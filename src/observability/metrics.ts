import { inTime } from './in-time';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export interface Metrics {
  readonly registry: Registry;
  /** One request of an agent: what was asked, how it ended. */
  agentRequest(labels: { kind: string; status: number; reason: string }, seconds: number): void;
  /** A good key came under a URL that it is not bound to. `kid`: of a key that was proved. */
  urlMismatch(kid: string): void;
  /** Forwarding headers came that do not count. */
  ignoredForwarding(why: string): void;
  /** A header with a client certificate came from somebody whose word on it does not count. */
  ignoredClientCertificateHeader(): void;
  /** A request to the admin API showed a token that is not good. */
  adminTokenRefused(): void;
  /** An upstream answered: `delivered`, or why it was none. */
  forwarded(kind: string): void;
  /** A webhook was tried: `delivered`, `waiting` for another try, or `failed` for good. */
  webhookTried(state: string): void;
  /** On their way upstream now. */
  watchForwarding(inFlight: () => number): void;
  /** What waits for upstreams, read when the metrics are asked for; left out while it cannot be read. */
  watchUpstreams(read: () => Promise<readonly WatchedUpstream[]>): void;
  /** Length of the queue of submissions waiting for a commit, read when the metrics are asked for. */
  watchQueue(length: () => number): void;
  /** Requests that showed a key which is a bait, since the start of the process. */
  watchCanaryUses(count: () => number): void;
  /** Refusals that wait because there are too many of them, read when the metrics are asked for. */
  watchLateRefusals(count: () => number): void;
  /** Open streams of events, read when the metrics are asked for. */
  watchEventStreams(count: () => number): void;
  /** Of the whole installation, read when the metrics are asked for; left out while it cannot be read. */
  watchHouse(read: () => Promise<WatchedHouse>): void;
  /** Agents that said hello and were not listed, since the start of the process. */
  watchAgentsLeftOut(count: () => number): void;
}

/** Of an upstream. `state`: up, down, paused or idle. */
export interface WatchedUpstream {
  readonly instanceId: number;
  readonly state: string;
  readonly waiting: number;
  readonly dead: number;
  readonly oldestWaitSeconds: number;
}

export interface WatchedHouse {
  readonly assets: { readonly active: number; readonly retired: number };
  readonly heldDevices: number;
  readonly silentAssets: number;
  readonly softwareWaiting: number;
  readonly keysUsedUp: number;
  readonly keysExpiring: number;
}

/** Buckets around what an inventory takes: milliseconds when all is well, seconds when the database is slow. */
const secondsBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];

/** Keys that have a series of their own in one process; what comes of further keys is counted together. */
const maxKidSeries = 100;

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
    ...urlCounters(registry),
    ...certificateCounters(registry),
    ...adminCounters(registry),
    ...forwardingMetrics(registry),
    watchUpstreams: (read) => {
      watchUpstreams(registry, read);
    },
    ...webhookCounters(registry),
    ...gauges(registry),
    watchHouse: (read) => {
      watchHouse(registry, read);
    },
    agentRequest: ({ kind, status, reason }, seconds) => {
      requests.inc({ kind, status: String(status), reason });
      duration.observe({ kind }, seconds);
    },
    watchCanaryUses: (count) => {
      new Counter({
        name: 'gatehouse_canary_key_uses_total',
        help: 'Requests that showed a canary key: each is an alarm',
        registers: [registry],
        collect() {
          this.reset();
          this.inc(count());
        },
      });
    },
  };
}

/** Every process reads the same: of several it counts once. */
const sameInAll = 'first';
/** Scrapes within it are one look at the database. */
const houseReadMs = 5000;

function watchHouse(registry: Registry, read: () => Promise<WatchedHouse>): void {
  let lastMs = -Infinity;
  let reading: Promise<WatchedHouse> | undefined;
  let house: WatchedHouse | undefined;
  /** One look at a time: while it takes long, no second one is begun. */
  const look = async (): Promise<WatchedHouse | undefined> => {
    if (performance.now() - lastMs < houseReadMs) return house;
    reading ??= read().finally(() => (reading = undefined));
    const seen = await inTime(reading);
    if (seen !== undefined) lastMs = performance.now();
    house = seen;
    return seen;
  };
  const gauge = (name: string, help: string, valueOf: (house: WatchedHouse) => number): void => {
    new Gauge({
      ...{ name: `gatehouse_${name}`, help, registers: [registry], aggregator: sameInAll },
      async collect() {
        const now = await look();
        this.reset();
        if (now !== undefined) this.set(valueOf(now));
        else this.remove();
      },
    });
  };
  gauge('assets', 'Assets that are active', ({ assets }) => assets.active);
  gauge('assets_retired', 'Assets that are retired', ({ assets }) => assets.retired);
  gauge(
    'assets_silent',
    'Active assets not heard of for AGENTS_SILENT_DAYS',
    ({ silentAssets }) => silentAssets,
  );
  gauge(
    'software_waiting',
    'Assets that are not found by their software as it is now',
    ({ softwareWaiting }) => softwareWaiting,
  );
  gauge('quarantine_open', 'Held devices that wait for a decision', ({ heldDevices }) => heldDevices);
  gauge('keys_used_up', 'Keys that have as many assets as they may', ({ keysUsedUp }) => keysUsedUp);
  gauge(
    'keys_expiring',
    'Keys that end, or their time for new devices, within seven days',
    ({ keysExpiring }) => keysExpiring,
  );
}

/** Read when the metrics are asked for. */
function gauges(
  registry: Registry,
): Pick<Metrics, 'watchQueue' | 'watchAgentsLeftOut' | 'watchLateRefusals' | 'watchEventStreams'> {
  const gauge = (name: string, help: string) => (read: () => number) => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  };
  return {
    watchQueue: gauge('gatehouse_settle_queue_length', 'Submissions waiting for their transaction'),
    watchAgentsLeftOut: gauge(
      'gatehouse_agents_left_out',
      'Hellos of new agents that were answered but not listed: their key has too many agents without asset',
    ),
    watchEventStreams: gauge('gatehouse_event_streams', 'Streams of events that are open'),
    watchLateRefusals: gauge(
      'gatehouse_late_refusals',
      'Requests with bad keys that wait for their answer: more than a few are a flood',
    ),
  };
}

function forwardingMetrics(registry: Registry): Pick<Metrics, 'forwarded' | 'watchForwarding'> {
  const answers = new Counter({
    name: 'gatehouse_forward_answers_total',
    help: 'Answers of upstreams by what they mean: delivered, or why not',
    labelNames: ['kind'],
    registers: [registry],
  });
  return {
    forwarded: (kind) => {
      answers.inc({ kind });
    },
    watchForwarding: (inFlight) => {
      new Gauge({
        name: 'gatehouse_forward_in_flight',
        help: 'Inventories on their way to upstreams, from this process',
        registers: [registry],
        collect() {
          this.set(inFlight());
        },
      });
    },
  };
}

function webhookCounters(registry: Registry): Pick<Metrics, 'webhookTried'> {
  const tries = new Counter({
    name: 'gatehouse_webhook_tries_total',
    help: 'Tries to send a message to a webhook, by what came of them: delivered, waiting for another try, failed',
    labelNames: ['state'],
    registers: [registry],
  });
  return {
    webhookTried: (state) => {
      tries.inc({ state });
    },
  };
}

function watchUpstreams(registry: Registry, read: () => Promise<readonly WatchedUpstream[]>): void {
  const gauge = (name: string, help: string, valueOf: (upstream: WatchedUpstream) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['instance'],
      registers: [registry],
      aggregator: sameInAll,
      async collect() {
        this.reset();
        const upstreams = await inTime(read());
        for (const one of upstreams ?? []) this.set({ instance: String(one.instanceId) }, valueOf(one));
      },
    });
  };
  const names = 'gatehouse_forward';
  gauge(`${names}_backlog`, 'Inventories that wait for the upstream, by instance', ({ waiting }) => waiting);
  gauge(`${names}_dead_letters`, 'Inventories given up until an admin tries them again', ({ dead }) => dead);
  gauge(
    `${names}_oldest_wait_seconds`,
    'How long the inventory waits that waits for longest',
    ({ oldestWaitSeconds }) => oldestWaitSeconds,
  );
  gauge(
    `${names}_upstream_up`,
    '1: the upstream takes inventories; 0: it is down, paused, or nobody forwards',
    (one) => (one.state === 'up' ? 1 : 0),
  );
}

function adminCounters(registry: Registry): Pick<Metrics, 'adminTokenRefused'> {
  const refused = new Counter({
    name: 'gatehouse_admin_tokens_refused_total',
    help: 'Requests to the admin API with a token that is unknown, revoked or expired',
    registers: [registry],
  });
  return {
    adminTokenRefused: () => {
      refused.inc();
    },
  };
}

function certificateCounters(registry: Registry): Pick<Metrics, 'ignoredClientCertificateHeader'> {
  const ignored = new Counter({
    name: 'gatehouse_client_certificate_headers_ignored_total',
    help: 'Requests with a client certificate in a header that does not count, e.g. not from a trusted proxy',
    registers: [registry],
  });
  return {
    ignoredClientCertificateHeader: () => {
      ignored.inc();
    },
  };
}

function urlCounters(registry: Registry): Pick<Metrics, 'urlMismatch' | 'ignoredForwarding'> {
  const mismatches = new Counter({
    name: 'gatehouse_url_mismatches_total',
    help: 'Requests with a good key under a URL that it is not bound to, by key',
    labelNames: ['kid'],
    registers: [registry],
  });
  const ignored = new Counter({
    name: 'gatehouse_forwarding_headers_ignored_total',
    help: 'Requests with forwarding headers that do not count: not from a trusted proxy, or not of its family',
    labelNames: ['why'],
    registers: [registry],
  });
  const kids = new Set<string>();
  return {
    urlMismatch: (kid) => {
      if (kids.size < maxKidSeries) kids.add(kid);
      mismatches.inc({ kid: kids.has(kid) ? kid : 'other' });
    },
    ignoredForwarding: (why) => {
      ignored.inc({ why });
    },
  };
}
