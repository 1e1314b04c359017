import type { JunkKind } from '../domain/junk';
import { Problem } from '../domain/problem';
import { normaliseJunk } from '../identity/junk-value';
import { listJunkOf } from '../store/junk';
import type { AdminDeps, Caller } from './admin-deps';
import { scopeOf } from './entity-scope';
import { readCursor, uuidShape } from './page';
import type { Proposal, Rematcher, ReplayedChange } from './rematcher';

/** What would be said, to be tried. */
export interface ProposalInput {
  readonly kind: JunkKind;
  /** In any notation. */
  readonly value: string;
  /** Null or left out: for every key. */
  readonly kid?: string | null;
  /** `forgotten`: nothing is said of it, and nothing was learned. */
  readonly state: 'declared' | 'allowed' | 'forgotten';
}

export interface MatchReplayInput {
  /** At most 50; none: the rules of this version with what is said now. */
  readonly say?: readonly ProposalInput[];
  /** Most assets, and then cases, that one answer looks at; 1 to `maxReplayed`. */
  readonly limit?: number;
  readonly after?: string;
}

export interface MatchReplay {
  readonly assets: number;
  readonly cases: number;
  /** Held devices whose body is not kept, or is a partial. */
  readonly unread: number;
  readonly changes: readonly ReplayedChange[];
  /** Where to go on; null at the end. */
  readonly next: string | null;
}

export const maxReplayed = 500;
const defaultReplayed = 100;

/**
 * Which stored assets and held devices would be decided on otherwise by who they are, a page of them; writes nothing.
 * A limited caller's assets and held devices are those of its subtree. Throws Problem `body_invalid`, `query_invalid`.
 */
export async function replayMatch(
  deps: AdminDeps & { readonly rematcher: Rematcher },
  caller: Caller,
  { say = [], limit = defaultReplayed, after }: MatchReplayInput,
): Promise<MatchReplay> {
  const scope = await scopeOf(deps.db, caller);
  const [place = 'assets', id] =
    readCursor('replay', after === undefined ? {} : { after }, [/^(assets|cases)$/, /^([0-9a-f-]{36})?$/]) ??
    [];
  const position = id === undefined || !uuidShape.test(id) ? undefined : id;
  const order = {
    instanceId: caller.instanceId,
    entityIds: scope && [...scope],
    proposed: await readProposals(deps, caller, say),
    page: { after: position, limit },
  };
  const done = place === 'assets' ? await deps.rematcher.assets(order) : await deps.rematcher.cases(order);
  const next =
    done.next !== undefined ? cursorOf(place, done.next) : place === 'assets' ? cursorOf('cases', '') : null;
  const { looked, unread, changes } = done;
  return {
    assets: place === 'assets' ? looked : 0,
    cases: place === 'assets' ? 0 : looked,
    ...{ unread, changes, next },
  };
}

function cursorOf(place: string, id: string): string {
  return Buffer.from(JSON.stringify(['replay', place, id])).toString('base64url');
}

async function readProposals(
  deps: AdminDeps,
  { instanceId }: Caller,
  say: readonly ProposalInput[],
): Promise<readonly Proposal[]> {
  const proposals = say.map(({ kind, value: typed, kid = null, state }, place) => {
    const normalised = normaliseJunk(kind, typed);
    const value = 'value' in normalised ? normalised.value : normalised.filler;
    if (value === undefined) {
      throw new Problem('body_invalid', `No device is recognised by this as a ${kind}.`, [
        { field: `/say/${place}/value`, message: 'is left out as it is, whatever is said' },
      ]);
    }
    return { kind, value, kid: kid ?? undefined, origin: state };
  });
  const said = await listJunkOf(deps.db, instanceId, proposals, undefined);
  return proposals.map((one) => ({
    ...one,
    besides: new Set(
      said.flatMap((row) =>
        row.origin !== 'learned' && row.kind === one.kind && row.value === one.value ? (row.kid ?? []) : [],
      ),
    ),
  }));
}
