import { CommandFailure, exitCodes } from './exit-code';

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? 'unknown';

/** Standard output that takes no more. */
export function lostOutput(error: unknown): CommandFailure {
  const message =
    codeOf(error) === 'EPIPE'
      ? 'Whoever reads the output closed it before its end.'
      : `The output could not be written (${codeOf(error)}).`;
  return new CommandFailure(exitCodes.refused, message);
}

/** `head` closes what it reads when it has seen enough: no fault, but for what must be whole, which asks by itself. */
export function hasSeenEnough(error: unknown): boolean {
  return codeOf(error) === 'EPIPE';
}
