import { readFileSync, statSync } from 'node:fs';

/** The user that PostgreSQL runs as. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
  /** Another user than ours: paths that we can enter may be closed to it. */
  readonly isForeign: boolean;
}

/** Linux' id of the user without rights, where /etc/passwd does not name one. */
const nobodyId = 65_534;

/**
 * PostgreSQL refuses to run as root. Then it runs as the owner of the cluster that is there, else as `postgres`, else
 * as `nobody`.
 */
export function chooseAccount(clusterDir: string, passwdFile = '/etc/passwd'): ServerAccount {
  const own = { uid: process.getuid?.() ?? -1, gid: process.getgid?.() ?? -1 };
  if (own.uid !== 0) return { ...own, isForeign: false };
  const owner = statSync(clusterDir, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, isForeign: true };
  const listed = readPasswd(passwdFile);
  const { uid, gid } = listed.get('postgres') ?? listed.get('nobody') ?? { uid: nobodyId, gid: nobodyId };
  return { uid, gid, isForeign: true };
}

function readPasswd(passwdFile: string): Map<string, { uid: number; gid: number }> {
  const users = new Map<string, { uid: number; gid: number }>();
  for (const line of readFileSync(passwdFile, 'utf8').split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name !== undefined && Number(uid) > 0) users.set(name, { uid: Number(uid), gid: Number(gid) });
  }
  return users;
}
