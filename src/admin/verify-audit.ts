import { chainStart, entryText, hashAfter } from '../domain/audit-chain';
import {
  countChain,
  findChainHead,
  listChainPage,
  listUnchainedPage,
  type ChainedEntry,
  type ChainSize,
} from '../store/audit-chain';
import type { AdminDeps, Caller, Transaction } from './admin-deps';
import { requireWholeInstance } from './caller-rights';

export interface ChainHead {
  readonly seq: number;
  /** 64 hex digits. */
  readonly hash: string;
}

export type ChainFaultKind = 'changed' | 'missing' | 'inserted' | 'order' | 'head' | 'expected_head';

export interface ChainFault {
  readonly kind: ChainFaultKind;
  /** Place in the chain where it breaks first; null when it is no place of the chain. */
  readonly seq: number | null;
  /** Of the entry that is wrong there; null when there is none. */
  readonly id: string | null;
  readonly message: string;
}

export interface AuditCheck {
  readonly intact: boolean;
  /** Entries that were found right, from the first on, or of the last ones. */
  readonly entries: number;
  /** Where the checked chain ends: keep it elsewhere and ask for it the next time. Null when there is no entry. */
  readonly head: ChainHead | null;
  /** Entries of a time before the chain, which a start takes in: nothing vouches for them yet. */
  readonly unchained: number;
  readonly fault: ChainFault | null;
}

export interface VerifyOptions {
  /** A head that was noted before: it must still be in the chain, else its end was cut off or it was written anew. */
  readonly expectHead?: string;
  /** Only so many entries at the end, on the word of the one before them. */
  readonly last?: number;
  readonly onProgress?: (entries: number) => void;
}

/** Rows held at a time: 1,000 of at most some KB. */
export const chainPageRows = 1000;

/**
 * Walks the instance's audit chain on one state of the database and names the first entry that is not as it was
 * written. Throws Problem `role_insufficient` for a caller who is limited to a subtree.
 */
export async function verifyAudit(
  deps: Pick<AdminDeps, 'db'>,
  caller: Caller,
  options: VerifyOptions = {},
): Promise<AuditCheck> {
  requireWholeInstance(caller);
  return await deps.db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute((trx) => check(trx, caller.instanceId, options));
}

async function check(trx: Transaction, instanceId: number, options: VerifyOptions): Promise<AuditCheck> {
  const head = await findChainHead(trx, instanceId);
  const size = await countChain(trx, instanceId);
  const start = await startOf(trx, instanceId, (head?.seq ?? 0) - (options.last ?? Infinity));
  const walked = await walk(trx, instanceId, start, size.chained > (head?.seq ?? 0), options);
  const fault =
    walked.fault ??
    endFault(walked.end, head, size) ??
    (await strangerFault(trx, instanceId, head, size)) ??
    (walked.isExpectedSeen ? null : expectedHeadMissing);
  return {
    intact: fault === null,
    entries: walked.end.seq - start.seq,
    head: walked.end.seq === 0 ? null : walked.end,
    unchained: size.unchained,
    fault,
  };
}

interface Walked {
  /** Of the part that is right. */
  readonly end: ChainHead;
  readonly fault: ChainFault | null;
  readonly isExpectedSeen: boolean;
}

/** The entry at this place, or before the first one; that also when there is none at the place: then all is looked at. */
async function startOf(trx: Transaction, instanceId: number, seq: number): Promise<ChainHead> {
  if (seq > 0) {
    const [entry] = await listChainPage(trx, instanceId, { limit: 1, after: seq - 1 });
    if (entry?.seq === seq && entry.hash !== null) return { seq, hash: entry.hash };
  }
  return { seq: 0, hash: chainStart };
}

async function walk(
  trx: Transaction,
  instanceId: number,
  start: ChainHead,
  hasMore: boolean,
  { expectHead, onProgress }: VerifyOptions,
): Promise<Walked> {
  const expected = expectHead?.toLowerCase();
  let end = start;
  let isExpectedSeen = expected === undefined || expected === start.hash;
  for (let after = start.seq === 0 ? undefined : start.seq; ; after = end.seq) {
    const page = await listChainPage(trx, instanceId, { limit: chainPageRows, after });
    for (const entry of page) {
      if (!follows(entry, end)) {
        return { end, fault: await breakAt(trx, instanceId, entry, end, hasMore), isExpectedSeen };
      }
      end = { seq: entry.seq, hash: entry.hash };
      isExpectedSeen ||= entry.hash === expected;
    }
    if (page.length > 0) onProgress?.(end.seq);
    if (page.length < chainPageRows) return { end, fault: null, isExpectedSeen };
  }
}

function follows(entry: ChainedEntry, { seq, hash }: ChainHead): entry is ChainedEntry & { hash: string } {
  return entry.isWholeMs && entry.seq === seq + 1 && hashAfter(hash, entryText(entry)) === entry.hash;
}

/** What happened where the chain breaks: whether what belongs there stands elsewhere, or nowhere. */
async function breakAt(
  trx: Transaction,
  instanceId: number,
  found: ChainedEntry,
  end: ChainHead,
  hasMore: boolean,
): Promise<ChainFault> {
  const place = end.seq + 1;
  if (found.seq < place) {
    return {
      kind: 'inserted',
      seq: found.seq,
      id: found.id,
      message: `Entry ${found.seq} stands before the first.`,
    };
  }
  const displaced = await findWhatBelongs(trx, instanceId, end);
  if (displaced !== undefined) {
    const moved = `What was written as entry ${place} now stands as entry ${displaced.seq}`;
    return hasMore && found.seq === place
      ? { kind: 'inserted', seq: place, id: found.id, message: `${moved}: this one was put in before it.` }
      : { kind: 'order', seq: place, id: displaced.id, message: `${moved}.` };
  }
  if (found.seq === place) {
    return { kind: 'changed', seq: place, id: found.id, message: `Entry ${place} is not as it was written.` };
  }
  const gap = found.seq - 1 === place ? `Entry ${place} is` : `Entries ${place} to ${found.seq - 1} are`;
  return { kind: 'missing', seq: place, id: null, message: `${gap} missing.` };
}

/** The entry that was written after `end`, wherever it stands now. */
async function findWhatBelongs(
  trx: Transaction,
  instanceId: number,
  end: ChainHead,
): Promise<ChainedEntry | undefined> {
  for (let after: number | undefined = end.seq; ;) {
    const page = await listChainPage(trx, instanceId, { limit: chainPageRows, after });
    const found = page.find((entry) => follows({ ...entry, seq: end.seq + 1 }, end));
    if (found !== undefined || page.length < chainPageRows) return found;
    after = page.at(-1)?.seq;
  }
}

/** The last entry must be the one that the head names. */
function endFault(end: ChainHead, head: ChainHead | undefined, size: ChainSize): ChainFault | null {
  if (head === undefined) {
    const message = 'There are entries of a chain, but its head is missing.';
    return size.chained === 0 ? null : { kind: 'head', seq: end.seq, id: null, message };
  }
  if (end.seq < head.seq) {
    const message = `The chain ends at entry ${end.seq}; entries up to ${head.seq} are missing.`;
    return { kind: 'missing', seq: end.seq + 1, id: null, message };
  }
  if (end.seq > head.seq || end.hash !== head.hash) {
    const message = `The head names entry ${head.seq} with another hash, or one that is not the last.`;
    return { kind: 'head', seq: head.seq, id: null, message };
  }
  return null;
}

/** Once there is a chain, every entry is written into it. */
async function strangerFault(
  trx: Transaction,
  instanceId: number,
  head: ChainHead | undefined,
  size: ChainSize,
): Promise<ChainFault | null> {
  if (head === undefined || head.seq === 0 || size.unchained === 0) return null;
  const [stranger] = await listUnchainedPage(trx, instanceId, { limit: 1, after: undefined });
  const message = `${size.unchained} entries have no place in the chain: they were put in, or taken out of it.`;
  return { kind: 'inserted', seq: null, id: stranger?.id ?? null, message };
}

const expectedHeadMissing: ChainFault = {
  kind: 'expected_head',
  seq: null,
  id: null,
  message: 'The head that was noted is not in the chain: its end was cut off, or it was written anew.',
};
