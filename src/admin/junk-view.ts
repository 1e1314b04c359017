import type { CountedDevice, JunkKind, JunkOrigin } from '../domain/junk';
import { normaliseJunk } from '../identity/junk-value';
import { listHoldersOf, type JunkRecord } from '../store/junk';
import type { Caller, Transaction } from './admin-deps';
import { scopeOf } from './entity-scope';
import { listAssetsOf } from '../store/assets';

/** What is said of one value: that it is junk, or that it is none. */
export interface JunkView {
  readonly id: string;
  readonly kind: JunkKind;
  /** As compared: normalised. Text of an agent. */
  readonly value: string;
  /** Null: under every key. */
  readonly kid: string | null;
  readonly state: JunkOrigin;
  readonly since: string;
  readonly by: string;
  readonly note: string | null;
  /** Why Gatehouse leaves the value out by itself; null when it does not. */
  readonly filler: string | null;
  /** Of what was learned: so many machines showed it. */
  readonly machines: number | null;
  /** Of what was learned: the submission that was one too many. */
  readonly submissionId: string | null;
}

export interface JunkDetail extends JunkView {
  /** What it means, in words. */
  readonly meaning: string;
  readonly grounds: {
    /** So many machines were needed. */
    readonly limit: number;
    readonly isBesideAnother: boolean;
    /** Names are text of agents; of assets outside the caller's subtree they are left out. */
    readonly devices: readonly CountedDevice[];
    readonly sourceAddress: string;
  } | null;
  /** Active assets that show the value now; counted to `maxHoldersCounted`. */
  readonly assetCount: number;
  /** The oldest `maxHoldersShown` of them. */
  readonly assets: readonly { readonly id: string; readonly name: string | null; readonly kid: string }[];
}

export const maxHoldersCounted = 1000;
const maxHoldersShown = 20;

export function junkView(row: JunkRecord): JunkView {
  const { junkId, kind, value, kid = null, origin, since, madeBy, note, why } = row;
  return {
    ...{ id: junkId, kind, value, kid, state: origin, since: since.toISOString(), by: madeBy, note },
    filler: fillerOf(kind, value),
    machines: why?.devices.length ?? null,
    submissionId: why?.submissionId ?? null,
  };
}

export async function junkDetail(db: Transaction, caller: Caller, row: JunkRecord): Promise<JunkDetail> {
  const scope = await scopeOf(db, caller);
  const entityIds = scope && [...scope];
  const within = { kid: row.kid, entityIds };
  const holders = await listHoldersOf(db, caller.instanceId, row, within, maxHoldersCounted);
  const view = junkView(row);
  const { why } = row;
  return {
    ...view,
    meaning: meaningOf(view, holders.length),
    grounds: why && {
      limit: why.limit,
      isBesideAnother: why.isBesideAnother,
      devices: await withoutOutside(db, caller, why.devices, entityIds),
      sourceAddress: why.sourceAddress,
    },
    assetCount: holders.length,
    assets: holders.slice(0, maxHoldersShown).map(({ assetId, name, kid }) => ({ id: assetId, name, kid })),
  };
}

async function withoutOutside(
  db: Transaction,
  { instanceId }: Caller,
  devices: readonly CountedDevice[],
  entityIds: readonly string[] | undefined,
): Promise<readonly CountedDevice[]> {
  if (entityIds === undefined) return devices;
  const assetIds = devices.flatMap(({ assetId }) => assetId ?? []);
  const inside = await listAssetsOf(db, instanceId, assetIds, entityIds);
  return devices.map((device) =>
    device.assetId === undefined || inside.has(device.assetId) ? device : { ...device, name: null },
  );
}

export function fillerOf(kind: JunkKind, value: string): string | null {
  const normalised = normaliseJunk(kind, value);
  return 'why' in normalised ? normalised.why : null;
}

/** What follows for the machines that show the value. */
export function meaningOf(
  { kind, state, kid, filler }: Pick<JunkView, 'kind' | 'state' | 'kid' | 'filler'>,
  assetCount: number,
): string {
  const where = kid === null ? 'under every key' : `under the key ${kid}`;
  const held = `${assetCount === maxHoldersCounted ? 'More than ' : ''}${assetCount} active assets show it now.`;
  if (state === 'allowed') {
    const known =
      filler === null
        ? ''
        : ` Gatehouse knows it as "${filler}" and leaves it out as long as nobody allows it.`;
    return (
      `Counts as a ${kind} ${where}, however many machines show it, and is not learned as junk.${known} Machines that ` +
      'share it and one thing more (a card, a name, an agent) are taken for one machine; others that share it are held. ' +
      held
    );
  }
  const why =
    state === 'declared' ? 'An admin says that it is junk' : 'More machines showed it than it can belong to';
  return (
    `${why}: that a device and an asset share it says nothing any more ${where}. Machines are told by what else they show; ` +
    `one that shows nothing else is not recognised. ${held}`
  );
}
