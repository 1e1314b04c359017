import { userInfo } from 'node:os';

/** Who is named in the audit. A container may run as a user id without a name. */
export function cliActor(): string {
  try {
    return `cli:${userInfo().username}`;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error;
    return `cli:uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
