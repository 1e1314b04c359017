/** What the shell is told; docs/cli in README and interface: fixed. */
export const exitCodes = {
  done: 0,
  /** Refused, not found, not valid. */
  refused: 1,
  /** Wrong option, wrong setting. */
  usage: 2,
  /** Database or network out of reach. */
  unreachable: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command: one sentence, and what to do next. */
export class CommandFailure extends Error {
  constructor(
    readonly exitCode: ExitCode,
    message: string,
    readonly nextStep?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'CommandFailure';
  }
}
