import type { AdminDeps, Caller } from '../admin/admin-deps';
import type { Log } from '../observability/log';
import type { Settings } from '../settings/settings';
import type { Shown } from './shown';
import type { Progress } from './printing/progress';
import type { Screen } from './printing/table';

/** What a command may use. Nothing in it is opened before it is asked for. */
export interface Context {
  readonly screen: Screen;
  readonly isJson: boolean;
  /** Who is named in the audit: `cli:<user of the operating system>`. */
  readonly actor: string;
  /** Throws CommandFailure (usage) that names every fault. */
  settings(): Settings;
  /** As the settings say; commands that print their result log on standard error. */
  log(to: 'stdout' | 'stderr'): Log;
  /** Prints a result before the command is done. */
  show(shown: Shown): void;
  /** Prints lines of JSON as they are, at the reader's pace; to a terminal with what would steer it as JSON escapes. */
  writeJsonLines(lines: string): Promise<void>;
  /** Lines beside the result, on standard error. */
  note(line: string): void;
  /**
   * How far long work is, on standard error: a bar on a terminal, lines elsewhere, nothing within the first second.
   * `total`: undefined where nobody knows it.
   */
  progress(total: number | undefined, what: string): Progress;
  /**
   * Works on the database: the running one, or one started for this and stopped after.
   * Throws CommandFailure: unreachable, or refused when it was never set up.
   */
  withAdmin<T>(work: (admin: AdminDeps, caller: Caller) => Promise<T>): Promise<T>;
  /** A file, or standard input for `-`. Throws CommandFailure when it cannot be read or is larger. */
  readInput(file: string, maxBytes: number): Promise<Buffer>;
}
