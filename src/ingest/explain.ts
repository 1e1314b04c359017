import { reasonOf } from '../domain/refusal-reason';
import type { InventoryMessage, ValidInventory } from '../domain/inventory';
import type { AgentHeaders } from '../domain/agent';
import type { RegistrationKey } from '../domain/registration-key';
import { identityOf } from '../identity/device-identity';
import { isScanned } from '../identity/device-kind';
import { decode } from '../protocol/decode';
import type { DecodeLimits } from '../protocol/limits';
import { identifyAsRuled } from './apply-ruling';
import { decide } from './decide';
import { identify } from './identify';
import { lookupsOf } from './look-up';
import type { Facts, FactsRequest, Settlement } from './ports';
import type { Subject } from './subject';
import type { Validator } from './validate';
import { considerations } from './vet';
import { weigh } from './weigh';

export interface ExplainDeps {
  readonly validate: Validator;
  readonly decodeLimits: DecodeLimits;
  readonly decideWithoutWriting: (request: FactsRequest) => Promise<Settlement>;
  readonly now: () => Date;
  readonly newId: () => string;
}

export interface Explained {
  readonly verdict: 'accepted' | 'quarantined' | 'refused';
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly meaning: string | null;
  readonly assetId: string | null;
  readonly entityId: string | null;
  /** What each stage knew and found, in the order of the way. */
  readonly steps: readonly { readonly stage: string; readonly result: string; readonly facts: unknown }[];
}

type Step = Explained['steps'][number];

/** Explains what would become of the first inventory in `body` under a key. Reads the store, writes nothing. */
export async function explain(deps: ExplainDeps, key: RegistrationKey, body: Buffer): Promise<Explained> {
  const steps: Step[] = [
    { stage: 'authenticate', result: 'passed', facts: { kid: key.kid, mode: key.mode } },
  ];
  const decoded = decode(body, plainHeaders, deps.decodeLimits);
  if (decoded.verdict === 'refused')
    return ended(steps, 'decode', { ...decoded, notes: [], awaitFull: false });
  const message = decoded.value.messages.find((one): one is InventoryMessage => one.kind === 'inventory');
  if (message === undefined) {
    steps.push({
      stage: 'decode',
      result: 'no inventory',
      facts: decoded.value.messages.map(({ kind }) => kind),
    });
    return { ...unsettled, verdict: 'accepted', steps };
  }
  steps.push({ stage: 'decode', result: 'passed', facts: { action: message.action, notes: message.notes } });
  const valid = deps.validate(message, { userAgent: undefined });
  if (valid.verdict === 'refused') return ended(steps, 'validate', { ...valid, notes: [], awaitFull: false });
  const inventory = valid.value;
  steps.push({
    stage: 'validate',
    result: 'passed',
    facts: { itemtype: inventory.itemtype, notes: inventory.notes },
  });
  const settlement = await explainDecision(deps, key, inventory, steps);
  return ended(steps, 'decide', settlement);
}

/** The decision with the store's facts, as it would be made now. */
function explainDecision(
  deps: ExplainDeps,
  key: RegistrationKey,
  inventory: ValidInventory,
  steps: Step[],
): Promise<Settlement> {
  const identity = identityOf(inventory, {}, key.allowedFillers);
  const lookups = lookupsOf(identity);
  steps.push({ stage: 'identity', result: 'read', facts: { identity, lookups } });
  const now = deps.now();
  const newAssetId = deps.newId();
  return deps.decideWithoutWriting({
    record: {
      kid: key.kid,
      receivedAt: now,
      deviceid: inventory.deviceid,
      agentid: undefined,
      partial: inventory.partial,
    },
    key,
    identity,
    lookups,
    needsInventory: inventory.partial || isScanned(inventory),
    decide: (facts) => {
      const candidates = facts.candidates.map(({ assetId, kid, identity: stored }) => ({
        assetId,
        kid,
        stored,
      }));
      steps.push({ stage: 'look up', result: `${candidates.length} candidates`, facts: { candidates } });
      const subject = {
        inventory,
        identity,
        key,
        sourceAddress: '',
        now,
        isSteerable: false,
        newAssetId,
      };
      steps.push(...vetSteps(subject, facts));
      return decide(subject, facts);
    },
  });
}

/** What vet asks, and what the inventory shows beside what its asset is pinned to. Nothing when no asset is spoken of. */
function vetSteps(subject: Subject, facts: Facts): Step[] {
  const { inventory, identity, key } = subject;
  const identified = identifyAsRuled(inventory, facts.ruling) ?? identify(inventory, identity, key, facts);
  if (identified.verdict !== 'passed') return [];
  const weighed = weigh(subject, identified.value, facts);
  const considered = considerations(weighed);
  const objecting = considered.filter(({ evidence }) => evidence !== undefined);
  const { shown = null, repeat = null } = weighed;
  const asset = identified.value.kind === 'known' ? identified.value.asset : undefined;
  return [
    {
      stage: 'vet',
      result: `${objecting.length} of ${considered.length} questions raise an objection`,
      facts: { shown, pin: asset?.pin ?? null, contested: asset?.contested ?? null, repeat, considered },
    },
  ];
}

const plainHeaders: AgentHeaders = {
  agentid: undefined,
  requestId: undefined,
  proxyIds: [],
  userAgent: undefined,
  contentType: undefined,
};

const unsettled = { outcome: null, reason: null, meaning: null, assetId: null, entityId: null } as const;

function ended(steps: readonly Step[], stage: string, settlement: Settlement): Explained {
  if (settlement.verdict === 'accepted') {
    const { outcome, assetId, entityId, evidence } = settlement;
    const step = { stage, result: outcome, facts: evidence };
    return {
      ...unsettled,
      verdict: 'accepted',
      outcome,
      // A new asset has no id before it is stored.
      assetId: outcome === 'created' ? null : assetId,
      entityId,
      steps: [...steps, step],
    };
  }
  const reason = reasonOf(settlement.reason);
  return {
    ...unsettled,
    verdict: settlement.verdict,
    reason: settlement.reason,
    meaning: reason.meaning,
    assetId: settlement.verdict === 'quarantined' ? (settlement.conflictsWith ?? null) : null,
    steps: [...steps, { stage: reason.stage, result: settlement.reason, facts: settlement.evidence }],
  };
}
