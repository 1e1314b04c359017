import type { CanonicalUrl } from './canonical-url';
import type { Identifier } from './identity';
import type { PassedTask } from './passed-task';
import type { SecretHash } from './pepper';
import type { UrlAlias } from './url-binding';

export const keyModes = ['auto', 'approve', 'observe', 'closed'] as const;
export type KeyMode = (typeof keyModes)[number];

/** `certificate`: a TLS client certificate stands for the key, without any secret in the request. */
export const carriers = ['basic', 'bearer', 'oauth', 'header', 'path', 'certificate'] as const;
export type Carrier = (typeof carriers)[number];
/** A key in the path stands in access logs and agents' state folders, so that carrier is by choice only. */
export const defaultCarriers: readonly Carrier[] = ['basic', 'bearer', 'oauth', 'header'];

/** What agents may be asked to do, by the name of the message that reports it. */
export const tasks = ['inventory', 'netdiscovery', 'netinventory'] as const;
export type Task = (typeof tasks)[number];

/**
 * What a key is for. `inventory`: agents post with it; `register`: an installation registers with it; `relay`: another
 * gateway hands on what it took in, and is believed about where that came from.
 */
export const keyScopes = ['inventory', 'register', 'relay'] as const;
export type KeyScope = (typeof keyScopes)[number];
/** To relay is by choice only: whoever holds such a key says which address and agent an inventory came from. */
export const defaultKeyScopes: readonly KeyScope[] = ['inventory', 'register'];

/** `optional`: a certificate that is presented counts and is pinned. `ignore`: it is not looked at. */
export const clientCertificatePolicies = ['ignore', 'optional', 'required'] as const;
export type ClientCertificatePolicy = (typeof clientCertificatePolicies)[number];

export const tagPolicies = ['ignore', 'require', 'map'] as const;
export type TagPolicy = (typeof tagPolicies)[number];

/** All conditions given must hold. Text is compared without case; `*` stands for any run of characters. */
export interface AssignmentRule {
  readonly tag?: string;
  readonly hostname?: string;
  readonly domain?: string;
  readonly itemtype?: string;
  /** Matched against the client address as Gatehouse resolved it, never against what the agent says. */
  readonly cidr?: string;
  /** Matched against the subject of a client certificate that one of the key's own CAs issued. */
  readonly certificate?: string;
  readonly entityId: string;
}

/** One secret of a key. Rotation adds a generation; the ones before serve until their grace ends. */
export interface KeyGeneration extends SecretHash {
  /** Counts from 1 and is never used again. */
  readonly generation: number;
  /** End of grace; null for the newest. */
  readonly useUntil: Date | null;
  readonly retiredAt: Date | null;
}

/** Generations of one key that may be good at the same time; a further rotation has to wait. */
export const maxLiveGenerations = 8;

/** Not retired, and not at the end of its grace. */
export function isLive({ useUntil, retiredAt }: KeyGeneration, now: Date): boolean {
  return retiredAt === null && (useUntil === null || useUntil > now);
}

/** A registration key as the pipeline needs it: loaded by kid, cached, never holding the secret. */
export interface RegistrationKey {
  readonly instanceId: number;
  readonly kid: string;
  readonly name: string;
  /** Newest first; of those that are no longer good only as many as a refusal may have to name. */
  readonly generations: readonly KeyGeneration[];
  readonly mode: KeyMode;
  readonly revokedAt: Date | null;
  /** New devices until then; undefined = no end. */
  readonly enrolUntil: Date | null;
  /** Any use until then. */
  readonly useUntil: Date | null;
  readonly maxAssets: number | null;
  readonly entityId: string;
  /** The key's own URLs, or those of its instance when it has none. */
  readonly urls: readonly CanonicalUrl[];
  /** Former URLs that count, or counted, beside them. */
  readonly urlAliases: readonly UrlAlias[];
  /** Empty = any address. */
  readonly cidrs: readonly string[];
  /** Empty = any itemtype. */
  readonly itemtypes: readonly string[];
  readonly carriers: readonly Carrier[];
  /** Empty = any task. */
  readonly tasks: readonly Task[];
  /** Tasks whose jobs its agents get from the server behind. */
  readonly passTasks: readonly PassedTask[];
  readonly scopes: readonly KeyScope[];
  readonly requestsPerMinute: number | null;
  /** New assets beyond these are held for approval. */
  readonly newAssetsPerHour: number | null;
  readonly clientCertificate: ClientCertificatePolicy;
  /** PEM of the CAs whose certificates count for this key; null: any certificate, by its own SPKI. */
  readonly clientCa: string | null;
  /** A bait: nobody uses it rightly, so any use is an alarm. */
  readonly canary: boolean;
  readonly tag: string | null;
  readonly tagPolicy: TagPolicy;
  readonly rules: readonly AssignmentRule[];
  /** Tags of the entities at and below the key's own: lower-case tag → entity id. */
  readonly taggedEntities: ReadonlyMap<string, string>;
  /** Fillers that count all the same under this key, by the word of an admin. At most `maxAllowedWords`. */
  readonly allowedFillers: readonly Identifier[];
}
