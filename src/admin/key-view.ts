import type { PassedTask } from '../domain/passed-task';
import type {
  AssignmentRule,
  Carrier,
  ClientCertificatePolicy,
  KeyMode,
  KeyScope,
  TagPolicy,
  Task,
} from '../domain/registration-key';
import type { KeyRecord } from '../store/keys/key-records';
import { aliasViews, type UrlAliasView } from './url-alias-view';

/** A registration key as shown: never its secret, never a hash. */
export interface KeyView {
  readonly kid: string;
  readonly name: string;
  readonly entityId: string;
  /** Complete name of the entity. */
  readonly entity: string;
  /** `enrolment-ended`: serves the devices it has and takes no new ones. */
  readonly state: 'active' | 'enrolment-ended' | 'expired' | 'closed' | 'revoked';
  /** Number of its newest secret. */
  readonly generation: number;
  /** Last four characters of the newest. */
  readonly hint: string;
  /** First of `urls`. */
  readonly url: string | null;
  /** URLs the key is good for. */
  readonly urls: readonly string[];
  /** Whose URLs these are. */
  readonly urlsOf: 'key' | 'instance';
  /** Former URLs, of the key and, when it has no URL of its own, of the instance. */
  readonly urlAliases: readonly UrlAliasView[];
  readonly mode: KeyMode;
  readonly enrolUntil: string | null;
  readonly useUntil: string | null;
  readonly maxAssets: number | null;
  readonly assetCount: number;
  readonly cidrs: readonly string[];
  readonly itemtypes: readonly string[];
  readonly carriers: readonly Carrier[];
  /** Empty = any task. */
  readonly tasks: readonly Task[];
  readonly passTasks: readonly PassedTask[];
  readonly scopes: readonly KeyScope[];
  readonly requestsPerMinute: number | null;
  readonly newAssetsPerHour: number | null;
  readonly clientCertificate: ClientCertificatePolicy;
  readonly clientCa: string | null;
  readonly canary: boolean;
  readonly retireUnusedDays: number | null;
  readonly tag: string | null;
  readonly tagPolicy: TagPolicy;
  readonly rules: readonly AssignmentRule[];
  readonly onMove: 'keep';
  readonly owner: string | null;
  readonly note: string | null;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
}

interface Around {
  readonly now: Date;
  readonly counts: ReadonlyMap<string, number>;
  readonly names: ReadonlyMap<string, string>;
}

export function keyView(key: KeyRecord, { now, counts, names }: Around): KeyView {
  const urls = key.urls.length > 0 ? key.urls : key.instanceUrls;
  const aliases = [...key.urlAliases, ...(key.urls.length > 0 ? [] : key.instanceUrlAliases)];
  return {
    kid: key.kid,
    name: key.name,
    entityId: key.entityId,
    entity: names.get(key.entityId) ?? '',
    state: stateOf(key, now),
    generation: key.generation,
    hint: key.hint,
    url: urls[0] ?? null,
    urls,
    urlsOf: key.urls.length > 0 ? 'key' : 'instance',
    urlAliases: aliasViews(aliases, urls, now),
    mode: key.mode,
    enrolUntil: key.enrolUntil?.toISOString() ?? null,
    useUntil: key.useUntil?.toISOString() ?? null,
    maxAssets: key.maxAssets,
    assetCount: counts.get(key.kid) ?? 0,
    cidrs: key.cidrs,
    itemtypes: key.itemtypes,
    carriers: key.carriers,
    tasks: key.tasks,
    passTasks: key.passTasks,
    scopes: key.scopes,
    requestsPerMinute: key.requestsPerMinute,
    newAssetsPerHour: key.newAssetsPerHour,
    clientCertificate: key.clientCertificate,
    clientCa: key.clientCa,
    canary: key.canary,
    retireUnusedDays: key.retireUnusedDays,
    tag: key.tag,
    tagPolicy: key.tagPolicy,
    rules: key.rules,
    onMove: 'keep',
    owner: key.owner,
    note: key.note,
    createdAt: key.createdAt.toISOString(),
    createdBy: key.createdBy,
    revokedAt: key.revokedAt?.toISOString() ?? null,
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    lastUsedIp: key.lastUsedIp,
  };
}

function stateOf(key: KeyRecord, now: Date): KeyView['state'] {
  if (key.revokedAt !== null) return 'revoked';
  if (key.useUntil !== null && key.useUntil <= now) return 'expired';
  if (key.mode === 'closed') return 'closed';
  return key.enrolUntil !== null && key.enrolUntil <= now ? 'enrolment-ended' : 'active';
}
