import { setTimeout as sleep } from 'node:timers/promises';
import type { SubmissionView } from '../../admin/submissions';
import type { AdminClient } from './admin-client';
import { demoSteps, type DemoStep } from './fleet';
import { sendAsAgent } from './send-as-agent';
import type { DemoHouse } from './set-up-demo';
import { whyOf } from './why';

export interface PlayedStep {
  readonly step: DemoStep;
  readonly httpStatus: number;
  readonly phrase: string;
  readonly verdict: string;
  readonly because: string;
  readonly entity: string;
  readonly why: string;
  readonly submissionId: string | undefined;
  /** What differs from the expectation; empty when all is as it must be. */
  readonly surprises: readonly string[];
}

/** Refusals before the key verified are written in the background, within a second or so. */
const lookUpPauseMs = 50;
const maxLookUps = 200;

/** Sends every message of the fleet in order and asks the admin API what became of it. */
export async function playFleet(port: number, api: AdminClient, house: DemoHouse): Promise<PlayedStep[]> {
  const played: PlayedStep[] = [];
  for (const step of demoSteps) {
    const { agent, message } = step;
    const answer = await sendAsAgent({ port, agent, message, key: house.keys[step.key] });
    const submission =
      step.expected.verdict === 'answered' && answer.httpStatus === 200
        ? undefined
        : await findSubmission(api, answer.submissionId, step);
    const decided = {
      httpStatus: answer.httpStatus,
      verdict: submission?.verdict ?? 'answered',
      because: submission?.reason ?? submission?.outcome ?? '',
      entity: house.entityNames.get(submission?.entityId ?? '') ?? '',
    };
    played.push({
      step,
      ...decided,
      phrase: answer.phrase,
      submissionId: submission?.id,
      why: submission === undefined ? '' : whyOf(submission),
      surprises: surprisesOf(step, decided),
    });
  }
  return played;
}

/** By the id in the answer; a refusal without one is looked up by the reason that is expected. */
async function findSubmission(
  api: AdminClient,
  submissionId: string | undefined,
  step: DemoStep,
): Promise<SubmissionView | undefined> {
  if (submissionId !== undefined) return await api.get<SubmissionView>(`/submissions/${submissionId}`);
  const filter = new URLSearchParams({ verdict: 'refused', reason: step.expected.because ?? '', limit: '1' });
  for (let attempt = 0; attempt < maxLookUps; attempt++) {
    const { items } = await api.get<{ items: SubmissionView[] }>(`/submissions?${filter.toString()}`);
    if (items[0] !== undefined) return items[0];
    await sleep(lookUpPauseMs);
  }
  return undefined;
}

function surprisesOf(
  { expected }: DemoStep,
  decided: Pick<PlayedStep, 'httpStatus' | 'verdict' | 'because' | 'entity'>,
): string[] {
  const pairs = [
    ['HTTP', expected.httpStatus, decided.httpStatus],
    ['verdict', expected.verdict, decided.verdict],
    ['because', expected.because ?? '', decided.because],
    ['entity', expected.entity ?? decided.entity, decided.entity],
  ] as const;
  return pairs
    .filter(([, wanted, got]) => wanted !== got)
    .map(([what, wanted, got]) => `${what}: expected ${wanted}, got ${got === '' ? 'none' : got}`);
}
