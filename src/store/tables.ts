import type { ColumnType, Generated } from 'kysely';
import type { JunkTable } from './junk-table';
import type { RegistrationTables } from './registration-tables';
import type { EventTables } from './event-tables';

/**
 * The tables as the driver delivers them: bigint as number, timestamptz as Date, bytea as Buffer. What jsonb holds is
 * read parsed and written as JSON text, since the driver would turn an array into a PostgreSQL array.
 */
type Json = ColumnType<unknown, string, string>;
type JsonWithDefault = ColumnType<unknown, string | undefined, string>;

interface InstanceTable {
  instance_id: number;
  name: string;
  public_urls: string[];
  url_aliases: JsonWithDefault;
  created_at: Date;
}

interface InstallationTable {
  only_one: Generated<boolean>;
  pepper_check: Buffer;
  created_at: Date;
}

interface EntityTable {
  instance_id: number;
  entity_id: string;
  parent_id: string | null;
  name: string;
  tag: string | null;
  created_at: Date;
  glpi_id: Generated<number | null>;
  glpi_gone_at: Generated<Date | null>;
}

interface GlpiApiTable {
  instance_id: number;
  url: string;
  api: string;
  credential: JsonWithDefault;
  secret: Buffer;
  secret_pepper_id: string;
  changed_at: Date;
  imported_at: Generated<Date | null>;
  last_import: ColumnType<unknown, string | null | undefined, string | null>;
}

interface RegistrationKeyTable {
  instance_id: number;
  kid: string;
  name: string;
  entity_id: string;
  urls: Generated<string[]>;
  mode: string;
  enrol_until: Date | null;
  use_until: Date | null;
  max_assets: number | null;
  cidrs: Generated<string[]>;
  itemtypes: Generated<string[]>;
  carriers: string[];
  tag: string | null;
  tag_policy: string;
  rules: JsonWithDefault;
  note: string | null;
  owner: string | null;
  created_at: Date;
  created_by: string;
  revoked_at: Date | null;
  last_used_at: Date | null;
  last_used_ip: string | null;
  url_aliases: JsonWithDefault;
  tasks: Generated<string[]>;
  pass_tasks: Generated<string[]>;
  scopes: Generated<string[]>;
  requests_per_minute: number | null;
  new_assets_per_hour: number | null;
  client_certificate: Generated<string>;
  client_ca: string | null;
  client_ca_ids: Generated<string[]>;
  canary: Generated<boolean>;
  retire_unused_days: number | null;
}

interface KeyGenerationTable {
  instance_id: number;
  kid: string;
  generation: number;
  mac: Buffer;
  pepper_id: string;
  hint: string;
  created_at: Date;
  created_by: string;
  use_until: Date | null;
  retired_at: Date | null;
  retired_why: string | null;
  last_used_at: Date | null;
  last_used_ip: string | null;
}

interface AdminTokenTable {
  instance_id: number;
  token_id: string;
  name: string;
  mac: Buffer;
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
  role: Generated<string>;
  entity_id: string | null;
  pepper_id: string;
  from_settings: Generated<boolean>;
}

interface AdminSessionTable {
  instance_id: number;
  session_id: string;
  mac: Buffer;
  token_id: string | null;
  subject: string | null;
  name: string | null;
  role: string | null;
  entity_id: string | null;
  source_address: string;
  user_agent: string | null;
  created_at: Date;
  last_used_at: Date;
  expires_at: Date;
  ended_at: Date | null;
}

interface AssetTable {
  instance_id: number;
  asset_id: string;
  kid: string;
  entity_id: string;
  itemtype: string;
  status: Generated<string>;
  name: string | null;
  serial: string | null;
  uuid: string | null;
  macs: Generated<string[]>;
  ips: Generated<string[]>;
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
  pin: JsonWithDefault;
  contested: ColumnType<unknown, string | null | undefined, string | null>;
  merged_into: string | null;
  merge: ColumnType<unknown, string | null | undefined, string | null>;
  separated: JsonWithDefault;
  /** Monday of the week of last_seen, in UTC. */
  seen_week: ColumnType<Date, never, never>;
}

interface AssetIdentifierTable {
  instance_id: number;
  kind: string;
  value: string;
  asset_id: string;
  first_seen: Date;
}

interface AssetInventoryTable {
  instance_id: number;
  asset_id: string;
  content: Buffer;
  submission_id: string;
  stored_at: Date;
  changed_lately: JsonWithDefault;
}

interface AssetEventTable {
  instance_id: number;
  asset_id: string;
  event_id: string;
  at: Date;
  kind: string;
  submission_id: string | null;
  actor: string | null;
  detail: Json;
}

interface SubmissionTable {
  instance_id: number;
  submission_id: string;
  received_at: Date;
  kid: string | null;
  verdict: string;
  outcome: string | null;
  reason: string | null;
  evidence: Json;
  notes: JsonWithDefault;
  asset_id: string | null;
  entity_id: string | null;
  deviceid: string | null;
  agentid: string | null;
  itemtype: string | null;
  name: string | null;
  partial: Generated<boolean>;
  dialect: string | null;
  user_agent: string | null;
  source_address: string;
  wire_bytes: Generated<number>;
  via: Json | null;
  folded: Generated<number>;
  resolution: string | null;
  resolved_at: Date | null;
  case_id: string | null;
}

interface SubmissionBodyTable {
  instance_id: number;
  submission_id: string;
  content_type: string | null;
  wire: Buffer;
  certificate: Buffer | null;
}

interface AgentTable {
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
  generation: number | null;
  former_url: string | null;
}

interface FullAwaitedTable {
  instance_id: number;
  kid: string;
  deviceid: string;
  agentid: string;
  /** Of the machines that share the agent: which (settle/awaited-device.ts). */
  device: Generated<string>;
  since: Date;
}

interface AuditTable {
  instance_id: number;
  audit_id: string;
  at: Date;
  actor: string;
  action: string;
  object: string;
  detail: JsonWithDefault;
  seq: number | null;
  hash: Buffer | null;
}

interface AuditHeadTable {
  instance_id: number;
  seq: number;
  hash: Buffer;
}

interface QuarantineTable {
  instance_id: number;
  case_id: string;
  kid: string;
  fingerprint: string;
  reason: string;
  asset_id: string | null;
  identity: Json;
  evidence: Json;
  name: string | null;
  itemtype: string | null;
  source_address: string;
  first_seen: Date;
  last_seen: Date;
  count: Generated<number>;
  last_submission: string;
  resolution: string | null;
  resolved_at: Date | null;
  resolved_by: string | null;
  note: string | null;
  stands: Generated<boolean>;
  result_asset: string | null;
  result_submission: string | null;
}

interface BanTable {
  instance_id: number;
  kind: string;
  value: string;
  ban_id: string;
  case_id: string | null;
  banned_at: Date;
  banned_by: string;
  note: string | null;
}

interface AssetTallyTable {
  instance_id: number;
  entity_id: string;
  kid: string;
  itemtype: string;
  status: string;
  tally_id: Generated<number>;
  n: number;
}

interface SubmissionTallyTable {
  instance_id: number;
  subject: string;
  span: string;
  start: Date;
  verdict: string;
  n: number;
}

interface SubmissionTallyStateTable {
  instance_id: number;
  up_to: string;
}

interface IdempotencyTable {
  instance_id: number;
  digest: Buffer;
  request: Buffer;
  object: string | null;
  made_at: Date;
}

interface UpstreamTable {
  instance_id: number;
  kind: string;
  url: string;
  credential_kind: string;
  credential: JsonWithDefault;
  secret: Buffer | null;
  secret_pepper_id: string | null;
  version: Generated<number>;
  from_settings: Generated<boolean>;
  changed_at: Date;
  paused_at: Date | null;
  paused_by: string | null;
  paused_why: string | null;
  paused_until: Date | null;
  leader: string | null;
  leader_until: Date | null;
  pace: JsonWithDefault;
  breaker: JsonWithDefault;
  last_delivery_at: Date | null;
  last_trouble: ColumnType<unknown, string | null | undefined, string | null>;
}

interface ForwardingTable {
  instance_id: number;
  asset_id: string;
  wanted: string | null;
  priority: Generated<number>;
  due_at: Date | null;
  since: Date | null;
  attempts: Generated<number>;
  lease: string | null;
  lease_until: Date | null;
  sender: JsonWithDefault;
  forwarded: string | null;
  forwarded_at: Date | null;
  refreshed_at: Date | null;
  trouble: string | null;
  trouble_detail: string | null;
  trouble_at: Date | null;
  dead_at: Date | null;
  remote_id: string | null;
  remote_itemtype: string | null;
  remote_entity: string | null;
  remote_state: string | null;
  looked_up_at: Date | null;
}

interface MigrationTable {
  number: number;
  name: string;
  checksum: string;
  applied_at: Date;
}

/** Every table, by its name in PostgreSQL. */
export interface Tables extends RegistrationTables, EventTables {
  instance: InstanceTable;
  installation: InstallationTable;
  entity: EntityTable;
  glpi_api: GlpiApiTable;
  registration_key: RegistrationKeyTable;
  key_generation: KeyGenerationTable;
  admin_token: AdminTokenTable;
  admin_session: AdminSessionTable;
  asset: AssetTable;
  asset_identifier: AssetIdentifierTable;
  asset_inventory: AssetInventoryTable;
  asset_event: AssetEventTable;
  submission: SubmissionTable;
  submission_body: SubmissionBodyTable;
  agent: AgentTable;
  full_awaited: FullAwaitedTable;
  quarantine: QuarantineTable;
  ban: BanTable;
  junk: JunkTable;
  audit: AuditTable;
  audit_head: AuditHeadTable;
  asset_tally: AssetTallyTable;
  submission_tally: SubmissionTallyTable;
  submission_tally_state: SubmissionTallyStateTable;
  idempotency: IdempotencyTable;
  upstream: UpstreamTable;
  forwarding: ForwardingTable;
  migration: MigrationTable;
}
