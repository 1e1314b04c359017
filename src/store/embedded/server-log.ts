import { closeSync, copyFileSync, openSync, readSync, statSync, truncateSync } from 'node:fs';

/** Of the log itself and of the one copy kept: 2 x 8 MiB at most, plus what comes between two looks at it. */
export const maxLogBytes = 8 * 1024 * 1024;
const maxTailBytes = 16 * 1024;

/** The server appends to the file as long as it lives, so the file is emptied in place instead of moved away. */
export function boundLog(logFile: string, limitBytes = maxLogBytes): void {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= limitBytes) return;
  copyFileSync(logFile, `${logFile}.1`);
  truncateSync(logFile, 0);
}

/** What was written after the given offset, the last 16 KiB of it. */
export function readLogSince(logFile: string, offset: number): string {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  const from = Math.max(offset, size - maxTailBytes, 0);
  const buffer = Buffer.alloc(Math.max(size - from, 0));
  if (buffer.length === 0) return '';
  const fd = openSync(logFile, 'r');
  try {
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, from));
  } finally {
    closeSync(fd);
  }
}
