import type { Log } from '../../observability/log';
import { explainFault } from '../failure';
import { problem, warning, type Finding } from './finding';

/** One look at one thing. */
export interface Examination {
  readonly check: string;
  readonly look: () => Promise<readonly Finding[]>;
}

/** The way to a server is given up after 10 s a step; a statement after as long. */
export const maxCheckMs = 20_000;

/** Whatever comes of it is a finding: a fault, or no answer in time. The others are looked at all the same. */
export async function bounded(
  { check, look }: Examination,
  log: Log,
  limitMs = maxCheckMs,
): Promise<readonly Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Finding[]>((resolve) => {
    const finding = warning(
      check,
      `not looked at to the end: it took longer than ${limitMs / 1000} s`,
      'See how busy the database and the network are, and look again.',
    );
    timer = setTimeout(resolve, limitMs, [finding]);
  });
  const looked = look().catch((error: unknown): readonly Finding[] => {
    log.debug({ err: error }, `doctor: ${check}`);
    const { message, nextStep, exitCode } = explainFault(error);
    return [problem(check, message, nextStep, exitCode)];
  });
  const findings = await Promise.race([looked, late]);
  clearTimeout(timer);
  return findings;
}
