import pino, { type Logger } from 'pino';
import { prettyFactory } from 'pino-pretty';

export type Log = Logger;

export interface LogSettings {
  readonly level: string;
  readonly format: 'json' | 'text';
}

/** Whatever has the form of one of our secrets is cut out of every line, wherever in it it stands. */
const secret = /gr[a-z]_([0-9A-Za-z]{4})[0-9A-Za-z_]{40,}|grt_[\w-]+\.[\w-]+/g;
const authorization = /((?:basic|bearer)\s+)[\w+/=.-]{8,}/gi;

export function redact(line: string): string {
  return line.replace(secret, '[secret]').replace(authorization, '$1[secret]');
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
