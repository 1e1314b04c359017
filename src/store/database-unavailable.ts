import { DatabaseError } from 'pg';

/**
 * PostgreSQL's codes for "not now", beside connection exceptions (class 08): disk full, out of memory, too many
 * connections; a database that is closed for connections; statement timeout; shut down by an administrator, crash of a
 * server process, starting or stopping, database dropped, idle too long; a primary that became read-only; what loses
 * against another transaction (serialization, deadlock, lock timeout); a limit of the server, and its disk that fails.
 */
const unavailableCodes = new Set([
  '53100',
  '53200',
  '53300',
  '55000',
  '57014',
  '57P01',
  '57P02',
  '57P03',
  '57P04',
  '57P05',
  '25006',
  ...['40001', '40P01', '55P03'],
  ...['53400', '58000', '58030'],
]);

/** Codes of the operating system when a server cannot be reached; ENOENT is a socket that is not there. */
const systemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
]);

/** The driver has no codes for its own faults, only these sentences (pg 8, pg-pool 3). */
const driverSentences = [
  'Connection terminated',
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
];

/** How far causes are followed; a chain that bites its own tail ends here. */
const maxCauses = 5;

/**
 * True when trying again later may help: the database is away, not our statement wrong. Tells 503 from 500.
 * Not by instanceof: the errors of Node's own modules are of another realm when a test runs in a sandbox.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  let current: unknown = error;
  for (let depth = 0; depth < maxCauses && Error.isError(current); depth += 1) {
    if (saysUnavailable(current)) return true;
    // Node tries each address of a name and reports all failures together.
    if ('errors' in current && Array.isArray(current.errors) && current.errors.some(isSystemFault))
      return true;
    current = current.cause;
  }
  return false;
}

function saysUnavailable(error: Error): boolean {
  if (error instanceof DatabaseError) {
    const code = error.code ?? '';
    return code.startsWith('08') || unavailableCodes.has(code);
  }
  return isSystemFault(error) || driverSentences.some((sentence) => error.message.startsWith(sentence));
}

function isSystemFault(error: unknown): boolean {
  if (!Error.isError(error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || !systemCodes.has(code)) return false;
  // A missing file is no missing socket.
  return code !== 'ENOENT' || syscall === 'connect';
}
