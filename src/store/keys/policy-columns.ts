import type { Selectable } from 'kysely';
import { issuerIdsOf } from '../../domain/client-ca';
import type { PassedTask } from '../../domain/passed-task';
import type {
  AssignmentRule,
  Carrier,
  ClientCertificatePolicy,
  KeyMode,
  KeyScope,
  TagPolicy,
  Task,
} from '../../domain/registration-key';
import type { Tables } from '../tables';

/** What an admin decides about a key. */
export interface KeyPolicy {
  readonly name: string;
  readonly entityId: string;
  /** Canonical spelling; empty = the URLs of the instance. */
  readonly urls: readonly string[];
  readonly mode: KeyMode;
  readonly enrolUntil: Date | null;
  readonly useUntil: Date | null;
  readonly maxAssets: number | null;
  readonly cidrs: readonly string[];
  readonly itemtypes: readonly string[];
  readonly carriers: readonly Carrier[];
  readonly tasks: readonly Task[];
  readonly passTasks: readonly PassedTask[];
  readonly scopes: readonly KeyScope[];
  readonly requestsPerMinute: number | null;
  readonly newAssetsPerHour: number | null;
  readonly clientCertificate: ClientCertificatePolicy;
  readonly clientCa: string | null;
  readonly canary: boolean;
  /** An older generation that nobody used for so many days is retired; null: never by itself. */
  readonly retireUnusedDays: number | null;
  readonly tag: string | null;
  readonly tagPolicy: TagPolicy;
  readonly rules: readonly AssignmentRule[];
  readonly note: string | null;
  readonly owner: string | null;
}

export type KeyRow = Selectable<Tables['registration_key']>;

export function policyOf(row: KeyRow): KeyPolicy {
  return {
    name: row.name,
    entityId: row.entity_id,
    urls: row.urls,
    mode: row.mode as KeyMode,
    enrolUntil: row.enrol_until,
    useUntil: row.use_until,
    maxAssets: row.max_assets,
    cidrs: row.cidrs,
    itemtypes: row.itemtypes,
    carriers: row.carriers as Carrier[],
    tasks: row.tasks as Task[],
    passTasks: row.pass_tasks as PassedTask[],
    scopes: row.scopes as KeyScope[],
    requestsPerMinute: row.requests_per_minute,
    newAssetsPerHour: row.new_assets_per_hour,
    clientCertificate: row.client_certificate as ClientCertificatePolicy,
    clientCa: row.client_ca,
    canary: row.canary,
    retireUnusedDays: row.retire_unused_days,
    tag: row.tag,
    tagPolicy: row.tag_policy as TagPolicy,
    rules: row.rules as AssignmentRule[],
    note: row.note,
    owner: row.owner,
  };
}

export function columnsOf(policy: KeyPolicy) {
  return {
    name: policy.name,
    entity_id: policy.entityId,
    urls: [...policy.urls],
    mode: policy.mode,
    enrol_until: policy.enrolUntil,
    use_until: policy.useUntil,
    max_assets: policy.maxAssets,
    cidrs: [...policy.cidrs],
    itemtypes: [...policy.itemtypes],
    carriers: [...policy.carriers],
    tasks: [...policy.tasks],
    pass_tasks: [...policy.passTasks],
    scopes: [...policy.scopes],
    requests_per_minute: policy.requestsPerMinute,
    new_assets_per_hour: policy.newAssetsPerHour,
    client_certificate: policy.clientCertificate,
    client_ca: policy.clientCa,
    client_ca_ids: issuerIdsOf(policy.clientCa),
    canary: policy.canary,
    retire_unused_days: policy.retireUnusedDays,
    tag: policy.tag,
    tag_policy: policy.tagPolicy,
    rules: JSON.stringify(policy.rules),
    note: policy.note,
    owner: policy.owner,
  };
}
