/** What the pipeline needs from outside. src/store satisfies these interfaces; the pipeline never sees SQL. */
import type {
  DeviceIdentity,
  DisplayIdentity,
  Identifier,
  KnownIdentity,
  StoredIdentity,
} from '../domain/identity';
import type { InventoryContent, Note } from '../domain/inventory';
import type { CountedDevice, JunkWord, LearnedJunk } from '../domain/junk';
import type { Via } from '../domain/provenance';
import type { Contested, Pin } from '../domain/pin';
import type { Separation } from '../domain/separation';
import type { SecretHash } from '../domain/pepper';
import type { AskingAgent, NetworkOption, PassedTask, ScanControl } from '../domain/passed-task';
import type { RegistrationKey } from '../domain/registration-key';
import type { Registered } from '../domain/registered-instance';
import type { Evidence, Outcome } from '../domain/verdict';
import type { QuarantineReason, RefusalReason } from '../domain/refusal-reason';
import type { DescribedChange, InventoryChange } from './history/describe-change';

export type { DescribedChange, InventoryChange } from './history/describe-change';
export type { ChangedLately } from './history/restless';

/** Jobs of the server behind, for agents whose key passes their task on. */
export interface PassedJobs {
  /** The tasks that are passed on to this agent; none for one that is not pinned. */
  tasksFor(agent: AskingAgent): Promise<readonly PassedTask[]>;
  /** What the network tasks are to do. */
  networkOptions(agent: AskingAgent): Promise<readonly NetworkOption[]>;
  /** Tells the server how far a scan is. */
  reportScan(agent: AskingAgent, control: ScanControl): Promise<void>;
}

/** An asset that shares at least one identifier with the submission, as it is now, locked against change. */
export interface CandidateAsset {
  readonly assetId: string;
  readonly kid: string;
  readonly entityId: string;
  readonly itemtype: string;
  readonly status: 'active' | 'retired';
  readonly identity: KnownIdentity;
  /** Digest of each section of the stored inventory, without volatile fields. */
  readonly sectionDigests: Readonly<Record<string, string>>;
  readonly lastSeen: Date;
  readonly pin: Pin;
  /** Undefined: nobody else claims to be it. */
  readonly contested: Contested | undefined;
  /** Assets that an admin holds it apart from. */
  readonly separated?: readonly Separation[];
  /** An admin made it by a split, and its machine has not come yet. */
  readonly isAwaited?: boolean;
}

/**
 * What an admin decided on this device when it was held. `held`: this is the held submission, run through again:
 * every question that holds a submission is answered. `device`: the device shows exactly the same identity again; the
 * question of `reason` is answered.
 */
export type Ruling = LettingIn | ShuttingOut;

interface Decision {
  readonly caseId: string;
  readonly reach: 'held' | 'device';
  /** What the device was held for. */
  readonly reason: string;
}

export interface LettingIn extends Decision {
  readonly action: 'same' | 'new';
  /** The asset that it is; undefined for a new one that is still to be made. */
  readonly asset: CandidateAsset | undefined;
  /** Where an admin wants the new one. */
  readonly entityId: string | undefined;
}

export interface ShuttingOut extends Decision {
  readonly action: 'reject' | 'ban';
}

/** An identifier that never comes back, until the ban is lifted. */
export interface BannedIdentifier extends Identifier {
  readonly banId: string;
}

/** What the store knows when a decision is due, read inside the transaction that will write it. */
export interface Facts {
  readonly candidates: readonly CandidateAsset[];
  /** True when the last full inventory of this deviceid did not get in, so that partials have no ground. */
  readonly fullAwaited: boolean;
  /** Assets that the key has now; exact and locked when the key has a quota, otherwise 0. */
  readonly keyAssetCount: number;
  /** Assets that the key made within the last hour; exact when the key limits them, otherwise 0. */
  readonly newAssetsLastHour: number;
  readonly ruling: Ruling | undefined;
  /** Identifiers of the submission that are banned. */
  readonly banned: readonly BannedIdentifier[];
  /** What is said of identifiers of the submission: that they are junk, or that they are none. */
  readonly junk: readonly JunkWord[];
  /** Stored inventory of a candidate; loaded only when the request asked for it. */
  inventoryOf(assetId: string): InventoryContent | undefined;
}

export interface SubmissionRecord {
  readonly submissionId: string;
  readonly instanceId: number;
  readonly kid: string;
  readonly receivedAt: Date;
  readonly sourceAddress: string;
  /** Undefined: it came through nobody's hands. */
  readonly via?: Via | undefined;
  readonly userAgent: string | undefined;
  readonly agentid: string | undefined;
  readonly deviceid: string | undefined;
  readonly itemtype: string | undefined;
  readonly name: string | undefined;
  readonly partial: boolean;
  readonly wireBytes: number;
  readonly dialect: 'json' | 'xml';
}

/** What to keep of a held submission, to run it through the same pipeline again. */
export interface HeldBody {
  readonly wire: Buffer;
  readonly contentType: string | undefined;
  /** Client certificate of the sender, DER. */
  readonly certificate?: Buffer | undefined;
}

interface Decided {
  readonly evidence: Evidence;
  readonly notes: readonly Note[];
}

export interface RefusedSettlement extends Decided {
  readonly verdict: 'refused';
  readonly reason: RefusalReason;
  /** True when from now on only a full inventory helps this deviceid. */
  readonly awaitFull: boolean;
}

export interface QuarantinedSettlement extends Decided {
  readonly verdict: 'quarantined';
  readonly reason: QuarantineReason;
  readonly conflictsWith: string | undefined;
  /** Says that the asset it conflicts with is claimed by two devices from now on. */
  readonly contests: Contested | undefined;
  readonly awaitFull: boolean;
}

export interface AcceptedSettlement extends Decided {
  readonly verdict: 'accepted';
  readonly outcome: Outcome;
  readonly assetId: string;
  readonly entityId: string;
  readonly itemtype: string;
  readonly identity: StoredIdentity;
  readonly pin: Pin;
  readonly display: DisplayIdentity;
  /** Identifiers not yet in the store for this asset. */
  readonly newIdentifiers: readonly Identifier[];
  /** Undefined when unchanged. */
  readonly inventory: StoredInventory | undefined;
  /** Names of sections that differ from the stored inventory; empty for `created` and `unchanged`. */
  readonly changedSections: readonly string[];
  /** Identity drift worth a line in the asset's history, e.g. a new hostname. */
  readonly changes: readonly AssetChange[];
}

export interface AssetChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface StoredInventory {
  readonly content: InventoryContent;
  readonly sectionDigests: Readonly<Record<string, string>>;
}

export type Settlement = RefusedSettlement | QuarantinedSettlement | AcceptedSettlement;

/** A device of the submission's key that shows a suspect: an asset, or one that is held. */
export interface JunkHolder extends Pick<CountedDevice, 'assetId' | 'caseId' | 'name'> {
  readonly identity: StoredIdentity;
}

/** What a submission may teach of junk, after its decision. Pure, like the decision. */
export interface JunkLearning {
  /** Values that it gives to one device more than had them: at most 8, mostly none. */
  suspects(settlement: Settlement, facts: Facts): readonly Identifier[];
  /** `holders`: the oldest ones of the suspect, bounded. */
  learn(
    suspect: Identifier,
    holders: readonly JunkHolder[],
    settlement: Settlement,
    facts: Facts,
  ): LearnedJunk | undefined;
}

export interface SettleRequest {
  readonly record: SubmissionRecord;
  readonly key: RegistrationKey;
  readonly identity: DeviceIdentity;
  /** Identifiers by which candidates are looked up. */
  readonly lookups: readonly Identifier[];
  /** The agent speaks of its own device, so that the agent's row points at the asset. */
  readonly deviceidIsDevice: boolean;
  /** The message came in the XML dialect, or is a full inventory otherwise: it ends a wait for a full one. */
  readonly isFull: boolean;
  /** Load stored inventories of candidates found by deviceid (a partial is to be merged). */
  readonly needsInventory: boolean;
  readonly held: HeldBody;
  readonly agent: {
    readonly version: string | undefined;
    readonly tag: string | undefined;
    /** Of the key, whose secret the agent holds. */
    readonly generation: number | undefined;
  };
  /**
   * Pure and synchronous. May be called more than once (a batch that failed is settled one by one); only the last
   * call counts. Called with the identity locked: nothing it was told changes before its settlement is committed.
   */
  decide(facts: Facts): Settlement;
  /** Pure, too. What the history says of an inventory that takes the place of another. */
  describeChange(change: InventoryChange): DescribedChange;
  readonly learning: JunkLearning;
}

/** The part of a request that says which facts its decision needs. */
export interface FactsRequest extends Pick<
  SettleRequest,
  'key' | 'identity' | 'lookups' | 'needsInventory' | 'decide'
> {
  readonly record: Pick<SubmissionRecord, 'kid' | 'receivedAt' | 'deviceid' | 'agentid' | 'partial'>;
}

/** A refusal after the key verified but before the identity is known: written without looking anything up. */
export interface PlainRefusal {
  readonly record: SubmissionRecord;
  readonly settlement: RefusedSettlement;
}

/** A refusal before the key's secret verified: counted and folded, never one row each. */
export interface UnauthenticatedRefusal {
  /** Known when the kid is one of ours. */
  readonly instanceId: number | undefined;
  readonly reason: RefusalReason;
  readonly at: Date;
  readonly sourceAddress: string;
  /** Public part of the key presented, when it had the form of one. */
  readonly kid: string | undefined;
  readonly evidence: Evidence;
}

/** An agent said hello or sent an inventory. */
export interface AgentSighting {
  readonly instanceId: number;
  readonly kid: string;
  readonly at: Date;
  readonly sourceAddress: string;
  readonly agentid: string | undefined;
  readonly deviceid: string | undefined;
  readonly userAgent: string | undefined;
  readonly version: string | undefined;
  readonly tag: string | undefined;
  /** Of the key, whose secret the agent holds. */
  readonly generation: number | undefined;
  /** Former URL of the key that it came by; undefined when it came by a present one. */
  readonly formerUrl: string | undefined;
}

/** A key was used rightly. */
export interface KeyUsed {
  readonly instanceId: number;
  readonly kid: string;
  readonly generation: number | undefined;
  /** To be stored instead of the hash that is stored now. */
  readonly rehash: SecretHash | undefined;
  readonly receivedAt: Date;
  readonly sourceAddress: string;
}

/** Somebody holds a key that was laid out as a bait. */
export interface CanaryUsed {
  readonly instanceId: number;
  readonly kid: string;
  readonly at: Date;
  readonly sourceAddress: string;
}

/** Ids of keys that a client certificate may stand for; nothing but the look-up is done. */
export interface KidsOfCertificate {
  /** Of assets that are pinned to its public key. */
  readonly pinned: readonly string[];
  /** With a CA of the name that it gives as its issuer. */
  readonly issued: readonly string[];
}

export interface RegistrationRefused {
  readonly instanceId: number;
  readonly registrationId: string;
  readonly at: Date;
  readonly reason: string;
}

export interface IngestPorts {
  /** Cached; undefined when no such kid. Throws when the database cannot be asked. */
  findKey(kid: string): Promise<RegistrationKey | undefined>;
  /** By the public part of an installation's token; undefined when no such token. Never cached: a revocation counts at once. */
  findRegistration(tokenId: string): Promise<Registered | undefined>;
  /** An installation proved who it is, and its key was refused all the same: admins see it in the list. */
  noteRegistrationRefused(refusal: RegistrationRefused): Promise<void>;
  /** Cached like keys. `issuerId` as of domain/client-ca.ts. */
  findKidsByCertificate(spki: string, issuerId: string): Promise<KidsOfCertificate>;
  /** Its HMAC with every pepper that counts, the active one's first. */
  hashesOf(text: string): readonly SecretHash[];
  /** Resolves once the settlement is committed to disk. */
  settle(request: SettleRequest): Promise<Settlement>;
  recordRefusal(refusal: PlainRefusal): Promise<void>;
  /** Never waits and never throws: bounded memory, written in the background. */
  countRefusal(refusal: UnauthenticatedRefusal): void;
  /** Never waits and never throws: bounded memory, written in the background, as the next one. */
  noteUse(use: KeyUsed): void;
  reportCanary(use: CanaryUsed): void;
  /** Writes the sighting and tells whether a full inventory of this deviceid is awaited. */
  sightAgent(sighting: AgentSighting): Promise<{ fullAwaited: boolean }>;
  now(): Date;
  /** Time-ordered unique id for a submission or an asset. */
  newId(): string;
}
