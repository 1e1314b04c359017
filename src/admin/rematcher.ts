import type { RegistrationKey } from '../domain/registration-key';
import { readAgain, replayRequest, type ReplayDeps } from '../ingest/replay';
import {
  canBeRematched,
  inventoryAgain,
  keyWith,
  rematch,
  rematchRequest,
  type ProposedWord,
  type Rematchable,
  type Rematched,
} from '../ingest/rematch';
import type { Database } from '../store/database';
import { findKeptBody } from '../store/quarantine';
import { findKeyByKid } from '../store/keys/find-key-by-kid';
import { listAskedCases, listStoredAssets, readFacts, type RematchPage } from '../store/rematch-rows';

export type Proposal = ProposedWord;

/** A device that would be decided on otherwise. */
export interface ReplayedChange {
  /** Of a held device null. */
  readonly assetId: string | null;
  readonly caseId: string | null;
  readonly kid: string;
  /** Text of an agent. */
  readonly name: string | null;
  /**
   * `again`: the asset's device sends the same once more. `anew`: it comes for the first time, when only the assets
   * older than its own are there. `held`: the held device is judged afresh.
   */
  readonly question: 'again' | 'anew' | 'held';
  readonly was: Rematched;
  readonly would: Rematched;
}

export interface RematchOrder {
  readonly instanceId: number;
  /** Undefined: no limit. */
  readonly entityIds: readonly string[] | undefined;
  readonly proposed: readonly Proposal[];
  readonly page: Pick<RematchPage, 'after' | 'limit'>;
}

export interface RematchedPage {
  readonly looked: number;
  readonly unread: number;
  readonly changes: readonly ReplayedChange[];
  readonly next: string | undefined;
}

/** Asks again who stored and held devices are. Writes nothing. */
export interface Rematcher {
  assets(order: RematchOrder): Promise<RematchedPage>;
  cases(order: RematchOrder): Promise<RematchedPage>;
}

export interface RematcherDeps extends ReplayDeps {
  readonly database: Database;
}

/** Reasons that ask who a device is, and nothing else. */
const askedReasons = ['identity_conflict', 'identity_ambiguous', 'asset_of_other_key'];

export function createRematcher(deps: RematcherDeps): Rematcher {
  return {
    assets: (order) => rematchAssets(deps, order),
    cases: (order) => rematchCases(deps, order),
  };
}

/** Never from a cache, and each once for a page. */
function keysOf({ database }: RematcherDeps): (kid: string) => Promise<RegistrationKey> {
  const known = new Map<string, Promise<RegistrationKey | undefined>>();
  return async (kid) => {
    const loading = known.get(kid) ?? findKeyByKid(database.db, kid);
    known.set(kid, loading);
    const key = await loading;
    if (key === undefined) throw new Error(`the key ${kid} of an asset is missing`);
    return key;
  };
}

async function rematchAssets(deps: RematcherDeps, order: RematchOrder): Promise<RematchedPage> {
  const { instanceId, entityIds, proposed, page } = order;
  const { db, pool } = deps.database;
  const stored = await listStoredAssets(db, instanceId, { ...page, entityIds });
  const keyOf = keysOf(deps);
  const now = deps.now();
  const devices = await Promise.all(
    stored.map(async (asset) => {
      const key = await keyOf(asset.kid);
      const again = inventoryAgain(asset, asset.content);
      return { asset, before: { ...again, key }, after: { ...again, key: keyWith(key, proposed) } };
    }),
  );
  const befores = devices.map(({ before }) => rematchRequest(before, [], now));
  const afters = devices.map(({ after }) => rematchRequest(after, proposed, now));
  const facts = await readFacts(pool, instanceId, [...befores, ...afters]);
  const changes = devices.flatMap(({ asset, before, after }, place): ReplayedChange[] => {
    const [request, requestAfter] = [befores[place], afters[place]];
    const [known, knownAfter] = [facts[place], facts[devices.length + place]];
    if (
      request === undefined ||
      requestAfter === undefined ||
      known === undefined ||
      knownAfter === undefined
    )
      throw new Error('an asset of the page was not looked up');
    const judge = (olderThan?: string): readonly [Rematched, Rematched] => {
      const how = olderThan === undefined ? {} : { olderThan };
      return [
        rematch(before, request.identity, known, { proposed: [], ...how }),
        rematch(after, requestAfter.identity, knownAfter, { proposed, ...how }),
      ];
    };
    return changesOf(asset, judge(), judge(asset.assetId), proposed.length > 0);
  });
  return pageOf(stored, page.limit, ({ assetId }) => assetId, changes);
}

/** With nothing proposed, what was is that each is an asset of its own. */
function changesOf(
  { assetId, kid, name }: { readonly assetId: string; readonly kid: string; readonly name: string | null },
  [againBefore, againAfter]: readonly [Rematched, Rematched],
  [anewBefore, anewAfter]: readonly [Rematched, Rematched],
  isProposed: boolean,
): ReplayedChange[] {
  const own: Rematched = { decision: 'known', assetId, reason: null, rule: null };
  const made: Rematched = { decision: 'new', assetId: null, reason: null, rule: null };
  const about = { assetId, caseId: null, kid, name };
  const one = (question: 'again' | 'anew', was: Rematched, would: Rematched): ReplayedChange[] =>
    isSame(was, would) ? [] : [{ ...about, question, was, would }];
  return isProposed
    ? [...one('again', againBefore, againAfter), ...one('anew', anewBefore, anewAfter)]
    : [...one('again', own, againAfter), ...one('anew', made, anewAfter)];
}

function isSame(a: Rematched, b: Rematched): boolean {
  return a.decision === b.decision && a.assetId === b.assetId && a.reason === b.reason;
}

async function rematchCases(deps: RematcherDeps, order: RematchOrder): Promise<RematchedPage> {
  const { instanceId, entityIds, proposed, page } = order;
  const { db, pool } = deps.database;
  const asked = await listAskedCases(db, instanceId, askedReasons, { ...page, entityIds });
  const keyOf = keysOf(deps);
  const read = await Promise.all(
    asked.map(async (held) => {
      const kept = await findKeptBody(db, instanceId, held.lastSubmission);
      if (kept === undefined) return [];
      const key = keyWith(await keyOf(held.kid), proposed);
      const again = readAgain(deps, key, { ...kept, fingerprint: held.fingerprint });
      if (!again.ok || !canBeRematched(again.inventory)) return [];
      const { identity } = replayRequest(deps, again);
      const sender = { agentid: identity.agentid, certificate: identity.certificate };
      const device: Rematchable = { inventory: again.inventory, sender, key };
      return [{ held, device, request: rematchRequest(device, proposed, deps.now()) }];
    }),
  );
  const readable = read.flat();
  const facts = await readFacts(
    pool,
    instanceId,
    readable.map(({ request }) => request),
  );
  const changes = readable.flatMap(({ held, device, request }, place): ReplayedChange[] => {
    const known = facts[place];
    if (known === undefined) throw new Error('a case of the page was not looked up');
    const { caseId, kid, name, reason, assetId } = held;
    const was: Rematched = { decision: 'held', assetId, reason, rule: null };
    const would = rematch(device, request.identity, known, { proposed });
    if (isSame(was, would)) return [];
    return [{ assetId: null, caseId, kid, name, question: 'held', was, would }];
  });
  const done = pageOf(asked, page.limit, ({ caseId }) => caseId, changes);
  return { ...done, unread: asked.length - readable.length };
}

function pageOf<R>(
  rows: readonly R[],
  limit: number,
  idOf: (row: R) => string,
  changes: readonly ReplayedChange[],
): RematchedPage {
  const last = rows.at(-1);
  const next = rows.length < limit || last === undefined ? undefined : idOf(last);
  return { looked: rows.length, unread: 0, changes, next };
}
