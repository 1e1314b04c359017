import { tallyQueue } from '../../store/forwarding/queue-view';
import { findUpstream, listUpstreams } from '../../store/forwarding/upstreams';
import type { AdminDeps } from '../admin-deps';
import { healthOf, type UpstreamHealth } from './status';

/** One upstream for programs that watch: metrics, health, doctor. Names no asset. */
export interface UpstreamSummary {
  readonly instanceId: number;
  readonly kind: UpstreamHealth['kind'];
  readonly state: UpstreamHealth['state'];
  /** Of one that is down. */
  readonly why: string | null;
  readonly url: string;
  /** Inventories, those on their way included. */
  readonly waiting: number;
  readonly dead: number;
  /** 0 when nothing waits. */
  readonly oldestWaitSeconds: number;
}

export async function summariseForwarding(deps: Pick<AdminDeps, 'db' | 'now'>): Promise<UpstreamSummary[]> {
  const summaries: UpstreamSummary[] = [];
  for (const instanceId of await listUpstreams(deps.db)) {
    const upstream = await findUpstream(deps.db, instanceId);
    if (upstream === undefined) continue;
    const { waiting, dead, oldest } = await tallyQueue(deps.db, instanceId, undefined);
    const now = deps.now();
    const { kind, state, breaker, url } = healthOf(upstream, { instanceId, actor: '' }, now);
    const waits = oldest === null ? 0 : Math.max(0, Math.floor((now.getTime() - oldest.getTime()) / 1000));
    summaries.push({
      ...{ instanceId, kind, state, url, waiting, dead },
      why: state === 'down' ? breaker.why : null,
      oldestWaitSeconds: waits,
    });
  }
  return summaries;
}

/** The counts are as long as the backlog to make: whoever asks more often gets those of before. */
const keptMs = 10_000;

/** `/metrics` and `/readyz` ask without a token, as often as they like. */
export function createSummary(deps: Pick<AdminDeps, 'db' | 'now'>): () => Promise<UpstreamSummary[]> {
  let last: { readonly at: number; readonly summary: Promise<UpstreamSummary[]> } | undefined;
  return () => {
    const at = deps.now().getTime();
    if (last !== undefined && at - last.at < keptMs && at >= last.at) return last.summary;
    const summary = summariseForwarding(deps);
    last = { at, summary };
    // What failed is asked for again at once.
    summary.catch(() => (last = undefined));
    return summary;
  };
}
