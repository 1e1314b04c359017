import type { ColumnType, JSONColumnType } from 'kysely';

/** The tables of db/migrations as kysely sees them. A test compares names and nullability with the catalogue. */

type Json = JSONColumnType<object, string, string>;
/** Has a default: may be left out on insert. */
type Defaulted<T> = ColumnType<T, T | undefined, T>;

export interface Tables {
  instance: { instance_id: number; name: string; public_urls: string[]; created_at: Date };
  installation: { only_one: Defaulted<boolean>; pepper_check: Buffer; created_at: Date };
  entity: {
    instance_id: number;
    entity_id: string;
    parent_id: string | null;
    name: string;
    tag: string | null;
    created_at: Date;
  };
  registration_key: {
    instance_id: number;
    kid: string;
    name: string;
    mac: Buffer;
    hint: string;
    entity_id: string;
    urls: Defaulted<string[]>;
    mode: string;
    enrol_until: Date | null;
    use_until: Date | null;
    max_assets: number | null;
    cidrs: Defaulted<string[]>;
    itemtypes: Defaulted<string[]>;
    carriers: string[];
    tag: string | null;
    tag_policy: string;
    rules: ColumnType<object, string | undefined, string>;
    note: string | null;
    owner: string | null;
    created_at: Date;
    created_by: string;
    revoked_at: Date | null;
    last_used_at: Date | null;
    last_used_ip: string | null;
  };
  admin_token: {
    instance_id: number;
    token_id: string;
    name: string;
    mac: Buffer;
    created_at: Date;
    expires_at: Date | null;
    revoked_at: Date | null;
    last_used_at: Date | null;
  };
  asset: {
    instance_id: number;
    asset_id: string;
    kid: string;
    entity_id: string;
    itemtype: string;
    status: Defaulted<string>;
    name: string | null;
    serial: string | null;
    uuid: string | null;
    macs: Defaulted<string[]>;
    ips: Defaulted<string[]>;
    manufacturer: string | null;
    model: string | null;
    os: string | null;
    last_user: string | null;
    agent_version: string | null;
    identity: Json;
    section_digests: Json;
    first_seen: Date;
    last_seen: Date;
    last_changed: Date;
    last_submission: string;
  };
  asset_identifier: {
    instance_id: number;
    kind: string;
    value: string;
    asset_id: string;
    first_seen: Date;
  };
  asset_inventory: {
    instance_id: number;
    asset_id: string;
    content: Buffer;
    submission_id: string;
    stored_at: Date;
  };
  asset_event: {
    instance_id: number;
    asset_id: string;
    event_id: string;
    at: Date;
    kind: string;
    submission_id: string | null;
    actor: string | null;
    detail: Json;
  };
  submission: {
    instance_id: number;
    submission_id: string;
    received_at: Date;
    kid: string | null;
    verdict: string;
    outcome: string | null;
    reason: string | null;
    evidence: Json;
    notes: ColumnType<object, string | undefined, string>;
    asset_id: string | null;
    entity_id: string | null;
    deviceid: string | null;
    agentid: string | null;
    itemtype: string | null;
    name: string | null;
    partial: Defaulted<boolean>;
    dialect: string | null;
    user_agent: string | null;
    source_address: string;
    wire_bytes: Defaulted<number>;
    /** bigint: text from the driver. */
    folded: ColumnType<string, string | number | undefined, string | number>;
    resolution: string | null;
    resolved_at: Date | null;
  };
  submission_body: {
    instance_id: number;
    submission_id: string;
    content_type: string | null;
    wire: Buffer;
  };
  agent: {
    instance_id: number;
    kid: string;
    sender: string;
    agentid: string | null;
    deviceid: string | null;
    version: string | null;
    tag: string | null;
    user_agent: string | null;
    source_address: string;
    first_contact: Date;
    last_contact: Date;
    last_inventory: Date | null;
    asset_id: string | null;
  };
  full_awaited: { instance_id: number; kid: string; deviceid: string; since: Date };
  audit: {
    instance_id: number;
    audit_id: string;
    at: Date;
    actor: string;
    action: string;
    object: string;
    detail: ColumnType<object, string | undefined, string>;
  };
}
