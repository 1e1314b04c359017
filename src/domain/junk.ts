import type { Identifier, IdentifierKind } from './identity';

/**
 * Kinds that can be junk. The others are never believed alone, so there is nothing to take from them: names stand on
 * many machines, addresses change hands, and one agentid honestly posts every machine that it inventories remotely.
 */
export const junkKinds = [
  'serial',
  'uuid',
  'mac',
  'deviceid',
  'certificate',
  'sshkey',
] as const satisfies readonly IdentifierKind[];
export type JunkKind = (typeof junkKinds)[number];

/**
 * `learned`: more devices of one key showed it than it can honestly belong to. `declared`: an admin says that it is
 * junk. `allowed`: an admin says that it is none, whatever is known of it otherwise.
 */
export const junkOrigins = ['learned', 'declared', 'allowed'] as const;
export type JunkOrigin = (typeof junkOrigins)[number];

/** What is said of an identifier that a submission shows. What an admin says comes before what was learned. */
export interface JunkWord extends Identifier {
  readonly origin: JunkOrigin;
}

/** One of the devices that taught that a value is junk: an asset, a held device, or the submission itself. */
export interface CountedDevice {
  readonly assetId?: string;
  readonly caseId?: string;
  readonly submissionId?: string;
  readonly name: string | null;
}

/** Why a value became junk. */
export interface JunkGrounds {
  /** So many devices were needed. */
  readonly limit: number;
  /** Another number that the same devices share, which is why it took more of them. */
  readonly isBesideAnother: boolean;
  /** The devices counted, no two of them the same machine. */
  readonly devices: readonly CountedDevice[];
  readonly submissionId: string;
  readonly sourceAddress: string;
}

export interface LearnedJunk extends Identifier {
  readonly grounds: JunkGrounds;
}

/** Most values of one kind that the devices of a key can make junk within 24 hours: what more they show is held. */
export const defaultMaxJunkLearnedPerKeyPerDay = 100;

/** Most values that admins can declare junk in one instance. */
export const maxDeclaredWords = 10_000;
/** Most that they can allow: each key in memory holds them. */
export const maxAllowedWords = 256;
