import { canonicalJson, entryText } from '../domain/audit-chain';
import { findChainHead, listChainPage, listUnchainedPage } from '../store/audit-chain';
import type { AdminDeps, Caller } from './admin-deps';
import { requireWholeInstance } from './caller-rights';
import { chainPageRows } from './verify-audit';

/**
 * The whole audit log as lines of JSON, in the order of the chain: `{"hash":"…","entry":{…}}`, where the entry is the
 * very text that the hash covers (docs/audit.md). Entries from before the chain come first, with null as hash and as
 * seq. Ends with what was the last entry at the beginning. Gives a page of lines at a time.
 * Throws Problem `role_insufficient` for a caller who is limited to a subtree.
 */
export async function* exportAudit(
  { db }: Pick<AdminDeps, 'db'>,
  caller: Caller,
): AsyncGenerator<string, void> {
  requireWholeInstance(caller);
  const { instanceId } = caller;
  const lastSeq = (await findChainHead(db, instanceId))?.seq ?? 0;
  for (let after: string | undefined; ;) {
    const page = await listUnchainedPage(db, instanceId, { limit: chainPageRows, after });
    yield page.map((entry) => line(null, canonicalJson({ ...entry, seq: null }))).join('');
    if (page.length < chainPageRows) break;
    after = page.at(-1)?.id;
  }
  for (let after: number | undefined; ;) {
    const page = await listChainPage(db, instanceId, { limit: chainPageRows, after });
    const wanted = page.filter(({ seq }) => seq <= lastSeq);
    yield wanted.map((entry) => line(entry.hash, entryText(entry))).join('');
    if (wanted.length < chainPageRows) break;
    after = page.at(-1)?.seq;
  }
}

function line(hash: string | null, entry: string): string {
  return `{"hash":${JSON.stringify(hash)},"entry":${entry}}\n`;
}
