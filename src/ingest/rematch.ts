import type { DeviceIdentity, Identifier, StoredIdentity } from '../domain/identity';
import type { JunkOrigin, JunkWord } from '../domain/junk';
import type { InventoryContent, ValidInventory } from '../domain/inventory';
import type { RegistrationKey } from '../domain/registration-key';
import type { Evidence } from '../domain/verdict';
import { identityOf } from '../identity/device-identity';
import { junkTest, lookupsBesideJunk } from '../identity/junk';
import type { MatchGrounds } from '../identity/match-grounds';
import { normaliseJunk } from '../identity/junk-value';
import { isScanned } from '../identity/device-kind';
import { identify } from './identify';
import { lookupsOf } from './look-up';
import type { Facts, FactsRequest } from './ports';

/** Something that an admin might say of a value; `forgotten`: nothing is said of it, and nothing was learned. */
export interface ProposedWord extends Identifier {
  /** Undefined: for every key. */
  readonly kid: string | undefined;
  readonly origin: Exclude<JunkOrigin, 'learned'> | 'forgotten';
  /** Keys for which an admin has said something else already: a word for all does not count there. */
  readonly besides: ReadonlySet<string>;
}

/** Who a device would be found to be. Only that is asked: neither what its asset showed before, nor what the key allows. */
export interface Rematched {
  readonly decision: 'known' | 'new' | 'held' | 'refused';
  /** The asset that it is, or that it contradicts. */
  readonly assetId: string | null;
  readonly reason: string | null;
  readonly rule: string | null;
}

/** A device whose inventory is stored or kept. */
export interface Rematchable {
  readonly inventory: ValidInventory;
  readonly sender: { readonly agentid: string | undefined; readonly certificate: string | undefined };
  /** With what is proposed in it. */
  readonly key: RegistrationKey;
}

/** The inventory of an asset as its device would send it again, in full. What it calls itself is remembered newest first. */
export function inventoryAgain(
  { itemtype, identity }: { readonly itemtype: string; readonly identity: StoredIdentity },
  content: InventoryContent,
): Pick<Rematchable, 'inventory' | 'sender'> {
  const [deviceid] = identity.deviceids;
  const isOfItself = deviceid !== undefined;
  return {
    inventory: {
      action: isOfItself || Object.hasOwn(content, 'hardware') ? 'inventory' : 'netinventory',
      deviceid: deviceid ?? '',
      ...{ itemtype, partial: false, tag: undefined, content, notes: [], deviceidIsDevice: isOfItself },
    },
    sender: { agentid: identity.agentids[0], certificate: identity.certificates[0] },
  };
}

/** The key as it would be when what is proposed were said: fillers that are allowed come with it. */
export function keyWith(key: RegistrationKey, proposed: readonly ProposedWord[]): RegistrationKey {
  const counting = proposed.filter((word) => countsUnder(word, key.kid));
  const left = key.allowedFillers.filter((one) => wordOn(counting, one) === undefined);
  const fillers = counting.filter(
    ({ origin, kind, value }) => origin === 'allowed' && isFiller({ kind, value }),
  );
  return { ...key, allowedFillers: [...left, ...fillers.map(({ kind, value }) => ({ kind, value }))] };
}

function isFiller({ kind, value }: Identifier): boolean {
  return 'why' in normaliseJunk(kind as Parameters<typeof normaliseJunk>[0], value);
}

/** What must be looked up to say who the device is. */
export function rematchRequest(
  { inventory, sender, key }: Rematchable,
  proposed: readonly ProposedWord[],
  now: Date,
): FactsRequest {
  const identity = identityOf(inventory, sender, key.allowedFillers);
  const bare = { lookups: lookupsOf(identity), identity };
  const words = wordsAfter([], proposed, key.kid);
  return {
    record: {
      ...{ kid: key.kid, receivedAt: now, deviceid: inventory.deviceid },
      ...{ agentid: sender.agentid, partial: false },
    },
    ...{ key, identity, needsInventory: false },
    lookups: lookupsBesideJunk(bare, junkTest(words)),
    decide: () => {
      throw new Error('who a device is is asked, not what becomes of it');
    },
  };
}

/** Pure. `olderThan`: as if only the assets that were there before this one were known. */
export function rematch(
  { inventory, key }: Rematchable,
  identity: DeviceIdentity,
  facts: Facts,
  how: { readonly proposed: readonly ProposedWord[]; readonly olderThan?: string },
): Rematched {
  const { proposed, olderThan } = how;
  const known: Facts = {
    ...facts,
    fullAwaited: false,
    candidates: facts.candidates.filter(({ assetId }) => olderThan === undefined || assetId < olderThan),
    junk: wordsAfter(facts.junk, proposed, key.kid),
  };
  const identified = identify(inventory, identity, key, known);
  if (identified.verdict === 'passed') {
    const { value } = identified;
    const rule = value.match.rule;
    if (value.kind === 'new') return { decision: 'new', assetId: null, reason: null, rule };
    const { assetId, kid } = value.asset;
    return kid === key.kid
      ? { decision: 'known', assetId, reason: null, rule }
      : { decision: 'held', assetId, reason: 'asset_of_other_key', rule };
  }
  const { reason, evidence } = identified;
  const decision = identified.verdict === 'quarantined' ? 'held' : 'refused';
  const claimed = identified.verdict === 'quarantined' ? identified.conflictsWith : undefined;
  return { decision, assetId: claimed ?? null, reason, rule: ruleIn(evidence) };
}

/** A scan is looked at as it was sent; a host's partials say nothing alone. */
export function canBeRematched(inventory: ValidInventory): boolean {
  return !inventory.partial || isScanned(inventory);
}

function ruleIn({ match }: Evidence): string | null {
  return (match as MatchGrounds | undefined)?.rule ?? null;
}

function wordsAfter(
  words: readonly JunkWord[],
  proposed: readonly ProposedWord[],
  kid: string,
): readonly JunkWord[] {
  const counting = proposed.filter((word) => countsUnder(word, kid));
  const untouched = words.filter((word) => wordOn(counting, word) === undefined);
  return [
    ...untouched,
    ...counting.flatMap(({ kind, value, origin }) =>
      origin === 'forgotten' ? [] : [{ kind, value, origin }],
    ),
  ];
}

function countsUnder(word: ProposedWord, kid: string): boolean {
  return word.kid === undefined ? !word.besides.has(kid) : word.kid === kid;
}

function wordOn(words: readonly ProposedWord[], one: Identifier): ProposedWord | undefined {
  return words.find(({ kind, value }) => kind === one.kind && value === one.value);
}
