/** The embedded PostgreSQL cannot run here; the message says what a person can do. Holds no secret. */
export class EmbeddedDatabaseError extends Error {
  override readonly name = 'EmbeddedDatabaseError';
}

/** What PostgreSQL and the operating system say, and what helps. */
const hints: readonly (readonly [RegExp, string])[] = [
  [
    /No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/,
    'the disk is full: free some space under DATA_DIR',
  ],
  [
    /Read-only file system|EROFS/,
    'DATA_DIR is on a read-only file system: set DATA_DIR to a directory that can be written',
  ],
  [
    /effective user ID|does not exist.*user/i,
    'this user id has no entry in /etc/passwd, which initdb asks for',
  ],
  [/Cannot allocate memory|ENOMEM|could not (create|map) .*shared memory/i, 'not enough (shared) memory'],
  [/Permission denied|EACCES|EPERM|Operation not permitted/, 'DATA_DIR cannot be used by this user'],
];

/** An error for people: what failed, the hint that fits, and the end of what PostgreSQL said. */
export function explainFailure(what: string, said: string): EmbeddedDatabaseError {
  const hint = hints.find(([pattern]) => pattern.test(said))?.[1];
  const lastLines = said.trim().split('\n').slice(-8).join('\n');
  return new EmbeddedDatabaseError(
    `${what}${hint === undefined ? '' : `: ${hint}`}.\n${lastLines}\nOr set DATABASE_URL to use a PostgreSQL of your own.`,
  );
}
