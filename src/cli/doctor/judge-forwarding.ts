import type { UpstreamSummary } from '../../admin/forwarding/summary';
import { durationText } from '../printing/duration';
import { ok, warning, type Finding } from './finding';

/** Longer than a restart of GLPI takes. */
const lateSeconds = 3600;

export function judgeForwarding(upstreams: readonly UpstreamSummary[]): Finding[] {
  if (upstreams.length === 0) return [ok('forwarding', 'none: inventories are stored here only')];
  return upstreams.map((upstream) => {
    const { instanceId, url, state, why, waiting, dead, oldestWaitSeconds } = upstream;
    const waits =
      waiting === 0 ? 'nothing waits' : `${waiting} wait, the first for ${durationText(oldestWaitSeconds)}`;
    const what = `${url} (instance ${instanceId}): ${state}${why === null ? '' : ` (${why})`}; ${waits}, ${dead} given up`;
    const nextStep = nextStepOf(upstream);
    return nextStep === undefined ? ok('forwarding', what) : warning('forwarding', what, nextStep);
  });
}

function nextStepOf({ kind, state, waiting, dead, oldestWaitSeconds }: UpstreamSummary): string | undefined {
  if (state === 'down') return 'gatehouse upstream test; nothing is lost meanwhile';
  if (state === 'paused') return 'gatehouse forward resume, when GLPI is ready';
  if (state === 'idle' && kind === 'gatehouse') {
    return 'No gateway that serves holds the registration as a relay: gatehouse registration status on each, see docs/registration.md';
  }
  if (state === 'idle' && waiting > 0) return 'Nobody sends: gatehouse serve';
  if (dead > 0) return 'gatehouse forward status says why; then gatehouse forward retry, or forward drop';
  return oldestWaitSeconds > lateSeconds
    ? 'GLPI is slower than what comes in: gatehouse forward status'
    : undefined;
}
