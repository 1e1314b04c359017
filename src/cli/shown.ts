import type { ExitCode } from './exit-code';
import type { Screen } from './printing/table';

/** What a command has to say: one JSON document for programs, text for people. */
export interface Shown {
  readonly value: unknown;
  readonly text: (screen: Screen) => string;
  /** Default: done. */
  readonly exitCode?: ExitCode;
}
