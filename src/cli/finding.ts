import { exitCodes, type ExitCode } from './exit-code';

export interface Finding {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'problem';
  readonly what: string;
  /** What to do about it. */
  readonly nextStep?: string;
  /** Of a problem. */
  readonly exitCode?: ExitCode;
}

export const ok = (check: string, what: string): Finding => ({ check, state: 'ok', what });
export const warning = (check: string, what: string, nextStep: string): Finding => ({
  check,
  state: 'warning',
  what,
  nextStep,
});
export const problem = (check: string, what: string, nextStep?: string, exitCode?: ExitCode): Finding => ({
  check,
  state: 'problem',
  what,
  exitCode: exitCode ?? exitCodes.refused,
  ...(nextStep === undefined ? {} : { nextStep }),
});
