import pino, { type Logger } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { withoutSecrets } from '../domain/withhold-secrets';

export type Log = Logger;

export interface LogSettings {
  readonly level: string;
  readonly format: 'json' | 'text';
}

const authorization = /((?:basic|bearer)\s+)[\w+/=.-]{8,}/gi;

/** Whatever has the form of one of our secrets is cut out of every line, wherever in it it stands. */
export function redact(line: string): string {
  return withoutSecrets(line).replace(authorization, '$1[secret]');
}

/** Logs go to standard output: JSON for machines, short lines for people. */
export function createLog(settings: LogSettings, write: (line: string) => void = toStandardOutput): Log {
  // Written at once, so that the last lines before the end of the process are not lost.
  const shape =
    settings.format === 'text' ? prettyFactory({ ignore: 'pid,hostname', singleLine: true }) : asItIs;
  const destination = {
    write: (line: string) => {
      write(redact(shape(line)));
    },
  };
  return pino({ level: settings.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

function asItIs(line: string): string {
  return line;
}

function toStandardOutput(line: string): void {
  process.stdout.write(line);
}
