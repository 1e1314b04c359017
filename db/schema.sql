-- Written by npm run db:dump from db/migrations. Do not edit.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE admin_session (
  instance_id integer NOT NULL,
  session_id text NOT NULL,
  mac bytea NOT NULL,
  token_id text,
  subject text,
  name text,
  role text,
  entity_id uuid,
  source_address text NOT NULL,
  user_agent text,
  created_at timestamp with time zone NOT NULL,
  last_used_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  ended_at timestamp with time zone,
  CONSTRAINT admin_session_pkey PRIMARY KEY (instance_id, session_id),
  CONSTRAINT admin_session_check CHECK (((token_id IS NULL) = ((subject IS NOT NULL) AND (name IS NOT NULL) AND (role IS NOT NULL)))),
  CONSTRAINT admin_session_mac_check CHECK ((length(mac) = 32)),
  CONSTRAINT admin_session_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'operator'::text, 'admin'::text])))
);
CREATE INDEX admin_session_end ON admin_session USING btree (expires_at);
CREATE INDEX admin_session_live ON admin_session USING btree (token_id, last_used_at) WHERE ended_at IS NULL;
CREATE INDEX admin_session_mac ON admin_session USING btree (mac);

CREATE TABLE admin_token (
  instance_id integer NOT NULL,
  token_id text NOT NULL,
  name text NOT NULL,
  mac bytea NOT NULL,
  created_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  role text DEFAULT 'admin'::text NOT NULL,
  entity_id uuid,
  pepper_id text NOT NULL,
  from_settings boolean DEFAULT false NOT NULL,
  CONSTRAINT admin_token_pkey PRIMARY KEY (instance_id, token_id),
  CONSTRAINT admin_token_mac_check CHECK ((length(mac) = 32)),
  CONSTRAINT admin_token_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'operator'::text, 'admin'::text])))
);
CREATE INDEX admin_token_mac ON admin_token USING btree (mac);

CREATE TABLE agent (
  instance_id integer NOT NULL,
  kid text NOT NULL,
  sender text NOT NULL,
  agentid text,
  deviceid text,
  version text,
  tag text,
  user_agent text,
  source_address text NOT NULL,
  first_contact timestamp with time zone NOT NULL,
  last_contact timestamp with time zone NOT NULL,
  last_inventory timestamp with time zone,
  asset_id uuid,
  generation integer,
  former_url text,
  CONSTRAINT agent_pkey PRIMARY KEY (instance_id, kid, sender)
) WITH (fillfactor=70);
CREATE INDEX agent_without_asset ON agent USING btree (kid, instance_id) WHERE asset_id IS NULL;

CREATE TABLE asset (
  instance_id integer NOT NULL,
  asset_id uuid NOT NULL,
  kid text NOT NULL,
  entity_id uuid NOT NULL,
  itemtype text NOT NULL,
  status text DEFAULT 'active'::text NOT NULL,
  name text,
  serial text,
  uuid text,
  macs text[] DEFAULT '{}'::text[] NOT NULL,
  ips text[] DEFAULT '{}'::text[] NOT NULL,
  manufacturer text,
  model text,
  os text,
  last_user text,
  agent_version text,
  identity jsonb NOT NULL,
  section_digests jsonb NOT NULL,
  first_seen timestamp with time zone NOT NULL,
  last_seen timestamp with time zone NOT NULL,
  last_changed timestamp with time zone NOT NULL,
  last_submission uuid NOT NULL,
  pin jsonb DEFAULT '{}'::jsonb NOT NULL,
  contested jsonb,
  merged_into uuid,
  merge jsonb,
  separated jsonb DEFAULT '[]'::jsonb NOT NULL,
  seen_week date GENERATED ALWAYS AS ((date_trunc('week'::text, (last_seen AT TIME ZONE 'UTC'::text)))::date) STORED NOT NULL,
  CONSTRAINT asset_pkey PRIMARY KEY (instance_id, asset_id),
  CONSTRAINT asset_merged_check CHECK (((status = 'merged'::text) = (merged_into IS NOT NULL))),
  CONSTRAINT asset_status_check CHECK ((status = ANY (ARRAY['active'::text, 'retired'::text, 'merged'::text])))
) WITH (fillfactor=70);
CREATE INDEX asset_agent_version ON asset USING btree (lower(agent_version) text_pattern_ops, asset_id);
CREATE INDEX asset_contested ON asset USING btree (asset_id) WHERE contested IS NOT NULL;
CREATE INDEX asset_entity ON asset USING btree (entity_id) INCLUDE (asset_id);
CREATE INDEX asset_itemtype ON asset USING btree (itemtype, asset_id);
CREATE INDEX asset_kid ON asset USING btree (kid, asset_id);
CREATE INDEX asset_merged ON asset USING btree (merged_into, asset_id) WHERE merged_into IS NOT NULL;
CREATE INDEX asset_merged_of_key ON asset USING btree (kid) WHERE merged_into IS NOT NULL;
CREATE INDEX asset_name ON asset USING btree (lower(name) text_pattern_ops);
CREATE INDEX asset_not_active ON asset USING btree (status, asset_id) WHERE status <> 'active'::text;
CREATE INDEX asset_seen_week ON asset USING btree (seen_week, asset_id);

CREATE TABLE asset_event (
  instance_id integer NOT NULL,
  asset_id uuid NOT NULL,
  event_id uuid NOT NULL,
  at timestamp with time zone NOT NULL,
  kind text NOT NULL,
  submission_id uuid,
  actor text,
  detail jsonb NOT NULL,
  CONSTRAINT asset_event_pkey PRIMARY KEY (instance_id, asset_id, event_id)
);

CREATE TABLE asset_identifier (
  instance_id integer NOT NULL,
  kind text NOT NULL,
  value text NOT NULL,
  asset_id uuid NOT NULL,
  first_seen timestamp with time zone NOT NULL,
  CONSTRAINT asset_identifier_pkey PRIMARY KEY (instance_id, kind, value, asset_id),
  CONSTRAINT asset_identifier_kind_check CHECK ((kind = ANY (ARRAY['serial'::text, 'uuid'::text, 'mac'::text, 'deviceid'::text, 'agentid'::text, 'hostname'::text, 'ip'::text, 'certificate'::text, 'sshkey'::text])))
);
CREATE INDEX asset_identifier_asset ON asset_identifier USING btree (asset_id);

CREATE TABLE asset_inventory (
  instance_id integer NOT NULL,
  asset_id uuid NOT NULL,
  content bytea NOT NULL,
  submission_id uuid NOT NULL,
  stored_at timestamp with time zone NOT NULL,
  changed_lately jsonb DEFAULT '{}'::jsonb NOT NULL,
  CONSTRAINT asset_inventory_pkey PRIMARY KEY (instance_id, asset_id)
);
ALTER TABLE asset_inventory ALTER COLUMN content SET STORAGE EXTERNAL;

CREATE TABLE asset_search (
  instance_id integer NOT NULL,
  asset_id uuid NOT NULL,
  text text NOT NULL,
  CONSTRAINT asset_search_pkey PRIMARY KEY (instance_id, asset_id)
);
CREATE INDEX asset_search_text ON asset_search USING gin (text gin_trgm_ops);

CREATE TABLE asset_software (
  instance_id integer NOT NULL,
  asset_id uuid NOT NULL,
  names integer[] NOT NULL,
  CONSTRAINT asset_software_pkey PRIMARY KEY (instance_id, asset_id)
);
CREATE INDEX asset_software_names ON asset_software USING gin (names);

CREATE TABLE asset_tally (
  instance_id integer NOT NULL,
  entity_id uuid NOT NULL,
  kid text NOT NULL,
  itemtype text NOT NULL,
  status text NOT NULL,
  tally_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  n bigint NOT NULL,
  CONSTRAINT asset_tally_pkey PRIMARY KEY (instance_id, entity_id, kid, itemtype, status, tally_id)
) WITH (autovacuum_vacuum_scale_factor=0.02);
CREATE INDEX asset_tally_kid ON asset_tally USING btree (kid, instance_id) INCLUDE (status, n);

CREATE TABLE audit (
  instance_id integer NOT NULL,
  audit_id uuid NOT NULL,
  at timestamp with time zone NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  object text NOT NULL,
  detail jsonb DEFAULT '{}'::jsonb NOT NULL,
  seq bigint,
  hash bytea,
  CONSTRAINT audit_pkey PRIMARY KEY (instance_id, audit_id)
);
CREATE INDEX audit_canary ON audit USING btree (object, at) WHERE action = 'key.canary'::text;
CREATE UNIQUE INDEX audit_seq ON audit USING btree (seq, instance_id);

CREATE TABLE audit_head (
  instance_id integer NOT NULL,
  seq bigint NOT NULL,
  hash bytea NOT NULL,
  CONSTRAINT audit_head_pkey PRIMARY KEY (instance_id)
);

CREATE TABLE ban (
  instance_id integer NOT NULL,
  kind text NOT NULL,
  value text NOT NULL,
  ban_id uuid NOT NULL,
  case_id uuid,
  banned_at timestamp with time zone NOT NULL,
  banned_by text NOT NULL,
  note text,
  CONSTRAINT ban_pkey PRIMARY KEY (instance_id, kind, value)
);

CREATE TABLE echo_nonce (
  instance_id integer NOT NULL,
  nonce_id text NOT NULL,
  mac bytea NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT echo_nonce_pkey PRIMARY KEY (instance_id, nonce_id),
  CONSTRAINT echo_nonce_mac_check CHECK ((length(mac) = 32))
);

CREATE TABLE entity (
  instance_id integer NOT NULL,
  entity_id uuid NOT NULL,
  parent_id uuid,
  name text NOT NULL,
  tag text,
  created_at timestamp with time zone NOT NULL,
  glpi_id bigint,
  glpi_gone_at timestamp with time zone,
  CONSTRAINT entity_pkey PRIMARY KEY (instance_id, entity_id),
  CONSTRAINT entity_glpi_id_check CHECK ((glpi_id >= 0)),
  CONSTRAINT entity_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255))),
  CONSTRAINT entity_tag_check CHECK (((length(tag) >= 1) AND (length(tag) <= 255)))
);
CREATE UNIQUE INDEX entity_glpi ON entity USING btree (glpi_id, instance_id) WHERE glpi_id IS NOT NULL;
CREATE UNIQUE INDEX entity_sibling_name ON entity USING btree (parent_id, lower(name), instance_id) NULLS NOT DISTINCT;
CREATE UNIQUE INDEX entity_tag ON entity USING btree (lower(tag), instance_id) WHERE tag IS NOT NULL;

CREATE TABLE event (
  instance_id integer NOT NULL,
  event_id bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
  at timestamp with time zone NOT NULL,
  kind text NOT NULL,
  entity_id uuid,
  object text,
  detail jsonb DEFAULT '{}'::jsonb NOT NULL,
  CONSTRAINT event_pkey PRIMARY KEY (instance_id, event_id)
);
CREATE INDEX event_at ON event USING btree (at);
CREATE INDEX event_order ON event USING btree (event_id);

CREATE TABLE event_told (
  instance_id integer NOT NULL,
  kind text NOT NULL,
  object text NOT NULL,
  told_at timestamp with time zone NOT NULL,
  CONSTRAINT event_told_pkey PRIMARY KEY (instance_id, kind, object)
);

CREATE TABLE forwarding (
  instance_id integer NOT NULL,
  asset_id uuid NOT NULL,
  wanted uuid,
  priority smallint DEFAULT 1 NOT NULL,
  due_at timestamp with time zone,
  since timestamp with time zone,
  attempts integer DEFAULT 0 NOT NULL,
  lease uuid,
  lease_until timestamp with time zone,
  sender jsonb DEFAULT '{}'::jsonb NOT NULL,
  forwarded uuid,
  forwarded_at timestamp with time zone,
  refreshed_at timestamp with time zone,
  trouble text,
  trouble_detail text,
  trouble_at timestamp with time zone,
  dead_at timestamp with time zone,
  remote_id text,
  remote_itemtype text,
  remote_entity text,
  remote_state text,
  looked_up_at timestamp with time zone,
  CONSTRAINT forwarding_pkey PRIMARY KEY (instance_id, asset_id)
) WITH (fillfactor=70);
CREATE INDEX forwarding_dead ON forwarding USING btree (instance_id, dead_at) WHERE dead_at IS NOT NULL;
CREATE INDEX forwarding_due ON forwarding USING btree (instance_id, priority, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX forwarding_refreshed ON forwarding USING btree (instance_id, refreshed_at) WHERE refreshed_at IS NOT NULL AND due_at IS NULL;

CREATE TABLE full_awaited (
  instance_id integer NOT NULL,
  kid text NOT NULL,
  deviceid text NOT NULL,
  agentid text NOT NULL,
  since timestamp with time zone NOT NULL,
  device text DEFAULT ''::text NOT NULL,
  CONSTRAINT full_awaited_pkey PRIMARY KEY (instance_id, kid, deviceid, agentid, device)
);

CREATE TABLE glpi_api (
  instance_id integer NOT NULL,
  url text NOT NULL,
  api text NOT NULL,
  credential jsonb DEFAULT '{}'::jsonb NOT NULL,
  secret bytea NOT NULL,
  secret_pepper_id text NOT NULL,
  changed_at timestamp with time zone NOT NULL,
  imported_at timestamp with time zone,
  last_import jsonb,
  CONSTRAINT glpi_api_pkey PRIMARY KEY (instance_id),
  CONSTRAINT glpi_api_api_check CHECK ((api = ANY (ARRAY['legacy'::text, 'high-level'::text]))),
  CONSTRAINT glpi_api_url_check CHECK (((length(url) >= 1) AND (length(url) <= 2048)))
);

CREATE TABLE idempotency (
  instance_id integer NOT NULL,
  digest bytea NOT NULL,
  request bytea NOT NULL,
  object text,
  made_at timestamp with time zone NOT NULL,
  CONSTRAINT idempotency_pkey PRIMARY KEY (instance_id, digest),
  CONSTRAINT idempotency_digest_check CHECK ((length(digest) = 32)),
  CONSTRAINT idempotency_request_check CHECK ((length(request) = 32))
);
CREATE INDEX idempotency_made ON idempotency USING btree (made_at);

CREATE TABLE installation (
  only_one boolean DEFAULT true NOT NULL,
  pepper_check bytea NOT NULL,
  created_at timestamp with time zone NOT NULL,
  CONSTRAINT installation_pkey PRIMARY KEY (only_one),
  CONSTRAINT installation_only_one_check CHECK (only_one)
);

CREATE TABLE instance (
  instance_id integer NOT NULL,
  name text NOT NULL,
  public_urls text[] NOT NULL,
  created_at timestamp with time zone NOT NULL,
  url_aliases jsonb DEFAULT '[]'::jsonb NOT NULL,
  CONSTRAINT instance_pkey PRIMARY KEY (instance_id),
  CONSTRAINT instance_name_key UNIQUE (name)
);

CREATE TABLE junk (
  instance_id integer NOT NULL,
  kind text NOT NULL,
  value text NOT NULL,
  kid text DEFAULT ''::text NOT NULL,
  junk_id uuid NOT NULL,
  origin text NOT NULL,
  since timestamp with time zone NOT NULL,
  made_by text NOT NULL,
  note text,
  why jsonb,
  is_learned boolean GENERATED ALWAYS AS ((origin = 'learned'::text)) STORED NOT NULL,
  CONSTRAINT junk_pkey PRIMARY KEY (instance_id, kind, value, kid, is_learned),
  CONSTRAINT junk_check CHECK (((origin <> 'learned'::text) OR (kid <> ''::text))),
  CONSTRAINT junk_check1 CHECK (((origin = 'learned'::text) = (why IS NOT NULL))),
  CONSTRAINT junk_kind_check CHECK ((kind = ANY (ARRAY['serial'::text, 'uuid'::text, 'mac'::text, 'deviceid'::text, 'certificate'::text, 'sshkey'::text]))),
  CONSTRAINT junk_origin_check CHECK ((origin = ANY (ARRAY['learned'::text, 'declared'::text, 'allowed'::text])))
);
CREATE INDEX junk_allowed ON junk USING btree (instance_id) WHERE origin = 'allowed'::text;
CREATE INDEX junk_id ON junk USING btree (instance_id, junk_id);
CREATE INDEX junk_learned ON junk USING btree (kid, kind, since) WHERE origin = 'learned'::text;

CREATE TABLE key_generation (
  instance_id integer NOT NULL,
  kid text NOT NULL,
  generation integer NOT NULL,
  mac bytea NOT NULL,
  pepper_id text NOT NULL,
  hint text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  created_by text NOT NULL,
  use_until timestamp with time zone,
  retired_at timestamp with time zone,
  retired_why text,
  last_used_at timestamp with time zone,
  last_used_ip text,
  CONSTRAINT key_generation_pkey PRIMARY KEY (instance_id, kid, generation),
  CONSTRAINT key_generation_generation_check CHECK ((generation > 0)),
  CONSTRAINT key_generation_mac_check CHECK ((length(mac) = 32))
);

CREATE TABLE migration (
  number integer NOT NULL,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamp with time zone DEFAULT now() NOT NULL,
  CONSTRAINT migration_pkey PRIMARY KEY (number)
);

CREATE TABLE quarantine (
  instance_id integer NOT NULL,
  case_id uuid NOT NULL,
  kid text NOT NULL,
  fingerprint text NOT NULL,
  reason text NOT NULL,
  asset_id uuid,
  identity jsonb NOT NULL,
  evidence jsonb NOT NULL,
  name text,
  itemtype text,
  source_address text NOT NULL,
  first_seen timestamp with time zone NOT NULL,
  last_seen timestamp with time zone NOT NULL,
  count bigint DEFAULT 1 NOT NULL,
  last_submission uuid NOT NULL,
  resolution text,
  resolved_at timestamp with time zone,
  resolved_by text,
  note text,
  stands boolean DEFAULT false NOT NULL,
  result_asset uuid,
  result_submission uuid,
  CONSTRAINT quarantine_pkey PRIMARY KEY (instance_id, case_id),
  CONSTRAINT quarantine_instance_id_kid_fingerprint_key UNIQUE (instance_id, kid, fingerprint),
  CONSTRAINT quarantine_check CHECK (((resolution IS NULL) = (resolved_at IS NULL))),
  CONSTRAINT quarantine_resolution_check CHECK ((resolution = ANY (ARRAY['same'::text, 'new'::text, 'reject'::text, 'ban'::text])))
);
CREATE INDEX quarantine_asset ON quarantine USING btree (asset_id, case_id) WHERE asset_id IS NOT NULL;
CREATE INDEX quarantine_open ON quarantine USING btree (last_seen, case_id) WHERE resolution IS NULL;
CREATE INDEX quarantine_open_of_key ON quarantine USING btree (kid) WHERE resolution IS NULL;

CREATE TABLE registered_instance (
  instance_id integer NOT NULL,
  registration_id uuid NOT NULL,
  kid text NOT NULL,
  installation_id uuid NOT NULL,
  kind text NOT NULL,
  name text,
  version text NOT NULL,
  server_url text NOT NULL,
  own_url text,
  handshake bytea NOT NULL,
  generation integer,
  source_address text NOT NULL,
  registered_at timestamp with time zone NOT NULL,
  last_validated_at timestamp with time zone NOT NULL,
  refused_at timestamp with time zone,
  refused_reason text,
  revoked_at timestamp with time zone,
  revoked_by text,
  CONSTRAINT registered_instance_pkey PRIMARY KEY (instance_id, registration_id),
  CONSTRAINT registered_instance_instance_id_kid_installation_id_key UNIQUE (instance_id, kid, installation_id),
  CONSTRAINT registered_instance_handshake_check CHECK ((length(handshake) = 32)),
  CONSTRAINT registered_instance_kind_check CHECK ((kind = ANY (ARRAY['host'::text, 'gatehouse'::text, 'relay'::text])))
);

CREATE TABLE registration_key (
  instance_id integer NOT NULL,
  kid text NOT NULL,
  name text NOT NULL,
  entity_id uuid NOT NULL,
  urls text[] DEFAULT '{}'::text[] NOT NULL,
  mode text NOT NULL,
  enrol_until timestamp with time zone,
  use_until timestamp with time zone,
  max_assets integer,
  cidrs text[] DEFAULT '{}'::text[] NOT NULL,
  itemtypes text[] DEFAULT '{}'::text[] NOT NULL,
  carriers text[] NOT NULL,
  tag text,
  tag_policy text NOT NULL,
  rules jsonb DEFAULT '[]'::jsonb NOT NULL,
  note text,
  owner text,
  created_at timestamp with time zone NOT NULL,
  created_by text NOT NULL,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  last_used_ip text,
  url_aliases jsonb DEFAULT '[]'::jsonb NOT NULL,
  tasks text[] DEFAULT '{}'::text[] NOT NULL,
  requests_per_minute integer,
  new_assets_per_hour integer,
  client_certificate text DEFAULT 'optional'::text NOT NULL,
  client_ca text,
  client_ca_ids text[] DEFAULT '{}'::text[] NOT NULL,
  canary boolean DEFAULT false NOT NULL,
  retire_unused_days integer,
  scopes text[] DEFAULT '{inventory,register}'::text[] NOT NULL,
  pass_tasks text[] DEFAULT '{}'::text[] NOT NULL,
  CONSTRAINT registration_key_pkey PRIMARY KEY (instance_id, kid),
  CONSTRAINT registration_key_client_certificate_check CHECK ((client_certificate = ANY (ARRAY['ignore'::text, 'optional'::text, 'required'::text]))),
  CONSTRAINT registration_key_max_assets_check CHECK ((max_assets > 0)),
  CONSTRAINT registration_key_mode_check CHECK ((mode = ANY (ARRAY['auto'::text, 'approve'::text, 'observe'::text, 'closed'::text]))),
  CONSTRAINT registration_key_new_assets_per_hour_check CHECK ((new_assets_per_hour > 0)),
  CONSTRAINT registration_key_requests_per_minute_check CHECK ((requests_per_minute > 0)),
  CONSTRAINT registration_key_retire_unused_days_check CHECK ((retire_unused_days > 0)),
  CONSTRAINT registration_key_scopes_check CHECK (((scopes <@ '{inventory,register,relay}'::text[]) AND (cardinality(scopes) > 0))),
  CONSTRAINT registration_key_tag_policy_check CHECK ((tag_policy = ANY (ARRAY['ignore'::text, 'require'::text, 'map'::text])))
);
CREATE INDEX registration_key_client_ca ON registration_key USING gin (client_ca_ids);
CREATE INDEX registration_key_kid ON registration_key USING btree (kid);

CREATE TABLE registration_token (
  instance_id integer NOT NULL,
  token_id text NOT NULL,
  registration_id uuid NOT NULL,
  mac bytea NOT NULL,
  pepper_id text NOT NULL,
  generation integer NOT NULL,
  issued_at timestamp with time zone NOT NULL,
  expires_at timestamp with time zone NOT NULL,
  CONSTRAINT registration_token_pkey PRIMARY KEY (instance_id, token_id),
  CONSTRAINT registration_token_mac_check CHECK ((length(mac) = 32))
);
CREATE INDEX registration_token_id ON registration_token USING btree (token_id);
CREATE INDEX registration_token_registration ON registration_token USING btree (registration_id);

CREATE TABLE software_name (
  instance_id integer NOT NULL,
  name_id integer NOT NULL,
  name text NOT NULL,
  assets integer NOT NULL,
  kid text NOT NULL,
  CONSTRAINT software_name_pkey PRIMARY KEY (instance_id, name_id),
  CONSTRAINT software_name_instance_id_name_key UNIQUE (instance_id, name)
) WITH (fillfactor=80);
CREATE INDEX software_name_text ON software_name USING gin (name gin_trgm_ops);

CREATE TABLE software_tally (
  instance_id integer NOT NULL,
  kid text NOT NULL,
  names integer NOT NULL,
  left_out bigint DEFAULT 0 NOT NULL,
  CONSTRAINT software_tally_pkey PRIMARY KEY (instance_id, kid)
);

CREATE TABLE software_waiting (
  instance_id integer NOT NULL,
  asset_id uuid NOT NULL,
  submission_id uuid NOT NULL,
  since timestamp with time zone NOT NULL,
  CONSTRAINT software_waiting_pkey PRIMARY KEY (instance_id, asset_id)
);
CREATE INDEX software_waiting_since ON software_waiting USING btree (since);

CREATE TABLE submission (
  instance_id integer NOT NULL,
  submission_id uuid NOT NULL,
  received_at timestamp with time zone NOT NULL,
  kid text,
  verdict text NOT NULL,
  outcome text,
  reason text,
  evidence jsonb NOT NULL,
  notes jsonb DEFAULT '[]'::jsonb NOT NULL,
  asset_id uuid,
  entity_id uuid,
  deviceid text,
  agentid text,
  itemtype text,
  name text,
  partial boolean DEFAULT false NOT NULL,
  dialect text,
  user_agent text,
  source_address text NOT NULL,
  wire_bytes integer DEFAULT 0 NOT NULL,
  folded bigint DEFAULT 1 NOT NULL,
  resolution text,
  resolved_at timestamp with time zone,
  case_id uuid,
  via jsonb,
  CONSTRAINT submission_pkey PRIMARY KEY (instance_id, submission_id),
  CONSTRAINT submission_check CHECK (((verdict = 'accepted'::text) = (outcome IS NOT NULL))),
  CONSTRAINT submission_check1 CHECK (((verdict = 'accepted'::text) = (reason IS NULL))),
  CONSTRAINT submission_outcome_check CHECK ((outcome = ANY (ARRAY['created'::text, 'updated'::text, 'unchanged'::text]))),
  CONSTRAINT submission_resolution_check CHECK ((resolution = ANY (ARRAY['same'::text, 'new'::text, 'reject'::text, 'ban'::text]))),
  CONSTRAINT submission_verdict_check CHECK ((verdict = ANY (ARRAY['accepted'::text, 'quarantined'::text, 'refused'::text])))
);
CREATE INDEX submission_asset ON submission USING btree (asset_id, submission_id) WHERE asset_id IS NOT NULL;
CREATE INDEX submission_case ON submission USING btree (case_id, submission_id) WHERE case_id IS NOT NULL;
CREATE INDEX submission_not_accepted ON submission USING btree (verdict, submission_id) WHERE verdict <> 'accepted'::text;

CREATE TABLE submission_body (
  instance_id integer NOT NULL,
  submission_id uuid NOT NULL,
  content_type text,
  wire bytea NOT NULL,
  certificate bytea,
  CONSTRAINT submission_body_pkey PRIMARY KEY (instance_id, submission_id)
);
ALTER TABLE submission_body ALTER COLUMN wire SET STORAGE EXTERNAL;

CREATE TABLE submission_tally (
  instance_id integer NOT NULL,
  subject text NOT NULL,
  span text NOT NULL,
  start timestamp with time zone NOT NULL,
  verdict text NOT NULL,
  n bigint NOT NULL,
  CONSTRAINT submission_tally_pkey PRIMARY KEY (instance_id, subject, span, start, verdict),
  CONSTRAINT submission_tally_span_check CHECK ((span = ANY (ARRAY['hour'::text, 'day'::text])))
);

CREATE TABLE submission_tally_state (
  instance_id integer NOT NULL,
  up_to uuid NOT NULL,
  CONSTRAINT submission_tally_state_pkey PRIMARY KEY (instance_id)
);

CREATE TABLE upstream (
  instance_id integer NOT NULL,
  kind text NOT NULL,
  url text NOT NULL,
  credential_kind text NOT NULL,
  credential jsonb DEFAULT '{}'::jsonb NOT NULL,
  secret bytea,
  secret_pepper_id text,
  version integer DEFAULT 1 NOT NULL,
  from_settings boolean DEFAULT false NOT NULL,
  changed_at timestamp with time zone NOT NULL,
  paused_at timestamp with time zone,
  paused_by text,
  paused_why text,
  paused_until timestamp with time zone,
  leader uuid,
  leader_until timestamp with time zone,
  pace jsonb DEFAULT '{}'::jsonb NOT NULL,
  breaker jsonb DEFAULT '{}'::jsonb NOT NULL,
  last_delivery_at timestamp with time zone,
  last_trouble jsonb,
  CONSTRAINT upstream_pkey PRIMARY KEY (instance_id),
  CONSTRAINT upstream_credential_kind_check CHECK ((credential_kind = ANY (ARRAY['none'::text, 'basic'::text, 'oauth'::text, 'bearer'::text, 'registration'::text]))),
  CONSTRAINT upstream_kind_check CHECK ((kind = ANY (ARRAY['glpi'::text, 'gatehouse'::text]))),
  CONSTRAINT upstream_url_check CHECK (((length(url) >= 1) AND (length(url) <= 2048)))
) WITH (fillfactor=50);

CREATE TABLE webhook (
  instance_id integer NOT NULL,
  webhook_id uuid NOT NULL,
  name text NOT NULL,
  url text NOT NULL,
  kinds text[] NOT NULL,
  entity_id uuid,
  is_enabled boolean DEFAULT true NOT NULL,
  secret bytea NOT NULL,
  secret_pepper_id text NOT NULL,
  created_at timestamp with time zone NOT NULL,
  created_by text NOT NULL,
  failures integer DEFAULT 0 NOT NULL,
  not_before timestamp with time zone,
  last_success_at timestamp with time zone,
  last_failure_at timestamp with time zone,
  former_secret bytea,
  former_pepper_id text,
  former_until timestamp with time zone,
  CONSTRAINT webhook_pkey PRIMARY KEY (instance_id, webhook_id),
  CONSTRAINT webhook_check CHECK ((((former_secret IS NULL) = (former_until IS NULL)) AND ((former_secret IS NULL) = (former_pepper_id IS NULL)))),
  CONSTRAINT webhook_url_check CHECK (((length(url) >= 1) AND (length(url) <= 2048)))
);

CREATE TABLE webhook_delivery (
  instance_id integer NOT NULL,
  webhook_id uuid NOT NULL,
  event_id bigint NOT NULL,
  state text DEFAULT 'waiting'::text NOT NULL,
  due_at timestamp with time zone,
  lease uuid,
  lease_until timestamp with time zone,
  attempts integer DEFAULT 0 NOT NULL,
  last_at timestamp with time zone,
  last_status integer,
  last_trouble text,
  last_ms integer,
  CONSTRAINT webhook_delivery_pkey PRIMARY KEY (instance_id, webhook_id, event_id),
  CONSTRAINT webhook_delivery_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'failed'::text])))
) WITH (fillfactor=70);
CREATE INDEX webhook_delivery_due ON webhook_delivery USING btree (webhook_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_delivery_event ON webhook_delivery USING btree (event_id);

ALTER TABLE admin_session ADD CONSTRAINT admin_session_instance_id_token_id_fkey FOREIGN KEY (instance_id, token_id) REFERENCES admin_token(instance_id, token_id);
ALTER TABLE admin_token ADD CONSTRAINT admin_token_instance_id_entity_id_fkey FOREIGN KEY (instance_id, entity_id) REFERENCES entity(instance_id, entity_id);
ALTER TABLE admin_token ADD CONSTRAINT admin_token_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instance(instance_id);
ALTER TABLE agent ADD CONSTRAINT agent_instance_id_kid_fkey FOREIGN KEY (instance_id, kid) REFERENCES registration_key(instance_id, kid);
ALTER TABLE asset ADD CONSTRAINT asset_instance_id_entity_id_fkey FOREIGN KEY (instance_id, entity_id) REFERENCES entity(instance_id, entity_id);
ALTER TABLE asset ADD CONSTRAINT asset_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instance(instance_id);
ALTER TABLE asset ADD CONSTRAINT asset_instance_id_kid_fkey FOREIGN KEY (instance_id, kid) REFERENCES registration_key(instance_id, kid);
ALTER TABLE asset_event ADD CONSTRAINT asset_event_instance_id_asset_id_fkey FOREIGN KEY (instance_id, asset_id) REFERENCES asset(instance_id, asset_id) ON DELETE CASCADE;
ALTER TABLE asset_identifier ADD CONSTRAINT asset_identifier_instance_id_asset_id_fkey FOREIGN KEY (instance_id, asset_id) REFERENCES asset(instance_id, asset_id) ON DELETE CASCADE;
ALTER TABLE asset_inventory ADD CONSTRAINT asset_inventory_instance_id_asset_id_fkey FOREIGN KEY (instance_id, asset_id) REFERENCES asset(instance_id, asset_id) ON DELETE CASCADE;
ALTER TABLE asset_search ADD CONSTRAINT asset_search_instance_id_asset_id_fkey FOREIGN KEY (instance_id, asset_id) REFERENCES asset(instance_id, asset_id) ON DELETE CASCADE;
ALTER TABLE asset_software ADD CONSTRAINT asset_software_instance_id_asset_id_fkey FOREIGN KEY (instance_id, asset_id) REFERENCES asset(instance_id, asset_id) ON DELETE CASCADE;
ALTER TABLE echo_nonce ADD CONSTRAINT echo_nonce_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instance(instance_id);
ALTER TABLE entity ADD CONSTRAINT entity_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instance(instance_id);
ALTER TABLE entity ADD CONSTRAINT entity_instance_id_parent_id_fkey FOREIGN KEY (instance_id, parent_id) REFERENCES entity(instance_id, entity_id);
ALTER TABLE forwarding ADD CONSTRAINT forwarding_instance_id_asset_id_fkey FOREIGN KEY (instance_id, asset_id) REFERENCES asset(instance_id, asset_id) ON DELETE CASCADE;
ALTER TABLE full_awaited ADD CONSTRAINT full_awaited_instance_id_kid_fkey FOREIGN KEY (instance_id, kid) REFERENCES registration_key(instance_id, kid);
ALTER TABLE glpi_api ADD CONSTRAINT glpi_api_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instance(instance_id);
ALTER TABLE idempotency ADD CONSTRAINT idempotency_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instance(instance_id);
ALTER TABLE junk ADD CONSTRAINT junk_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instance(instance_id);
ALTER TABLE key_generation ADD CONSTRAINT key_generation_instance_id_kid_fkey FOREIGN KEY (instance_id, kid) REFERENCES registration_key(instance_id, kid);
ALTER TABLE quarantine ADD CONSTRAINT quarantine_instance_id_kid_fkey FOREIGN KEY (instance_id, kid) REFERENCES registration_key(instance_id, kid);
ALTER TABLE registered_instance ADD CONSTRAINT registered_instance_instance_id_kid_fkey FOREIGN KEY (instance_id, kid) REFERENCES registration_key(instance_id, kid);
ALTER TABLE registration_key ADD CONSTRAINT registration_key_instance_id_entity_id_fkey FOREIGN KEY (instance_id, entity_id) REFERENCES entity(instance_id, entity_id);
ALTER TABLE registration_key ADD CONSTRAINT registration_key_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instance(instance_id);
ALTER TABLE registration_token ADD CONSTRAINT registration_token_instance_id_registration_id_fkey FOREIGN KEY (instance_id, registration_id) REFERENCES registered_instance(instance_id, registration_id) ON DELETE CASCADE;
ALTER TABLE submission_body ADD CONSTRAINT submission_body_instance_id_submission_id_fkey FOREIGN KEY (instance_id, submission_id) REFERENCES submission(instance_id, submission_id) ON DELETE CASCADE;
ALTER TABLE upstream ADD CONSTRAINT upstream_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instance(instance_id);
ALTER TABLE webhook ADD CONSTRAINT webhook_instance_id_entity_id_fkey FOREIGN KEY (instance_id, entity_id) REFERENCES entity(instance_id, entity_id);
ALTER TABLE webhook ADD CONSTRAINT webhook_instance_id_fkey FOREIGN KEY (instance_id) REFERENCES instance(instance_id);
ALTER TABLE webhook_delivery ADD CONSTRAINT webhook_delivery_instance_id_event_id_fkey FOREIGN KEY (instance_id, event_id) REFERENCES event(instance_id, event_id) ON DELETE CASCADE;
ALTER TABLE webhook_delivery ADD CONSTRAINT webhook_delivery_instance_id_webhook_id_fkey FOREIGN KEY (instance_id, webhook_id) REFERENCES webhook(instance_id, webhook_id) ON DELETE CASCADE;

CREATE OR REPLACE FUNCTION public.gatehouse_asset_moved()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO asset_tally (instance_id, entity_id, kid, itemtype, status, n)
    VALUES (OLD.instance_id, OLD.entity_id, OLD.kid, OLD.itemtype, OLD.status, -1),
           (NEW.instance_id, NEW.entity_id, NEW.kid, NEW.itemtype, NEW.status, 1);
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.gatehouse_asset_searched()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO asset_search (instance_id, asset_id, text)
    VALUES (NEW.instance_id, NEW.asset_id, gatehouse_search_text(NEW))
    ON CONFLICT (instance_id, asset_id) DO UPDATE SET text = excluded.text;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.gatehouse_assets_added()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO asset_tally (instance_id, entity_id, kid, itemtype, status, n)
    SELECT instance_id, entity_id, kid, itemtype, status, count(*) FROM added GROUP BY 1, 2, 3, 4, 5;
  -- A batch of the pipeline has at most 64; more are an import, told of as one.
  IF (SELECT count(*) FROM added) <= 100 THEN
    INSERT INTO event (instance_id, at, kind, entity_id, object, detail)
      SELECT instance_id, first_seen, 'asset.created', entity_id, asset_id::text,
             jsonb_build_object('name', name, 'itemtype', itemtype, 'serial', serial, 'kid', kid)
        FROM added WHERE status = 'active';
  ELSE
    INSERT INTO event (instance_id, at, kind, entity_id, object, detail)
      SELECT instance_id, max(first_seen), 'assets.created', entity_id, NULL, jsonb_build_object('count', count(*))
        FROM added WHERE status = 'active' GROUP BY instance_id, entity_id;
  END IF;
  PERFORM pg_notify('gatehouse_events', '');
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.gatehouse_assets_removed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO asset_tally (instance_id, entity_id, kid, itemtype, status, n)
    SELECT instance_id, entity_id, kid, itemtype, status, -count(*) FROM removed GROUP BY 1, 2, 3, 4, 5;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.gatehouse_case_changed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO event (instance_id, at, kind, entity_id, object, detail)
    SELECT NEW.instance_id, coalesce(NEW.resolved_at, NEW.last_seen),
           CASE WHEN NEW.resolution IS NOT NULL THEN 'quarantine.decided'
                WHEN NEW.asset_id IS NOT NULL THEN 'conflict.opened' ELSE 'quarantine.opened' END,
           (SELECT entity_id FROM registration_key k WHERE k.instance_id = NEW.instance_id AND k.kid = NEW.kid),
           NEW.case_id::text,
           jsonb_build_object('name', NEW.name, 'itemtype', NEW.itemtype, 'reason', NEW.reason, 'kid', NEW.kid,
             'resolution', NEW.resolution);
  PERFORM pg_notify('gatehouse_events', '');
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.gatehouse_events_told()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
  INSERT INTO webhook_delivery (instance_id, webhook_id, event_id, due_at)
    SELECT t.instance_id, w.webhook_id, t.event_id, t.at
      FROM told t JOIN webhook w ON w.instance_id = t.instance_id
     WHERE CASE WHEN t.kind = 'webhook.test' THEN t.object = w.webhook_id::text
                ELSE w.is_enabled AND (w.kinds = '{}' OR t.kind = ANY (w.kinds))
                     AND (w.entity_id IS NULL OR gatehouse_is_below(t.instance_id, t.entity_id, w.entity_id)) END;
  RETURN NULL;
END $function$;

CREATE OR REPLACE FUNCTION public.gatehouse_is_below(instance integer, entity uuid, top uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE
AS $function$
  WITH RECURSIVE up AS (
    SELECT entity AS id, 0 AS depth
    UNION ALL
    SELECT e.parent_id, up.depth + 1 FROM up JOIN entity e ON e.instance_id = instance AND e.entity_id = up.id
     WHERE up.id <> top AND up.depth < 100)
  SELECT EXISTS (SELECT 1 FROM up WHERE id = top)
$function$;

CREATE OR REPLACE FUNCTION public.gatehouse_search_text(a asset)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  SELECT left(lower(concat_ws(E'\n', left(a.name, 255), left(a.serial, 255), a.uuid, left(a.manufacturer, 255),
    left(a.model, 255), left(a.os, 255), left(a.last_user, 255), left(a.agent_version, 255),
    regexp_replace(array_to_string(a.macs, E'\n'), '[:.-]', '', 'g'), array_to_string(a.ips, E'\n'),
    (SELECT string_agg(left(value, 255), E'\n') FROM jsonb_array_elements_text(
       coalesce(a.identity -> 'deviceids', '[]') || coalesce(a.identity -> 'agentids', '[]')
         || coalesce(a.identity -> 'hostnames', '[]')) AS value))), 4000)
$function$;

CREATE TRIGGER asset_added AFTER INSERT ON asset REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION gatehouse_assets_added();
CREATE TRIGGER asset_moved AFTER UPDATE ON asset FOR EACH ROW WHEN (old.entity_id IS DISTINCT FROM new.entity_id OR old.kid IS DISTINCT FROM new.kid OR old.itemtype IS DISTINCT FROM new.itemtype OR old.status IS DISTINCT FROM new.status) EXECUTE FUNCTION gatehouse_asset_moved();
CREATE TRIGGER asset_removed AFTER DELETE ON asset REFERENCING OLD TABLE AS removed FOR EACH STATEMENT EXECUTE FUNCTION gatehouse_assets_removed();
CREATE TRIGGER asset_searched AFTER UPDATE ON asset FOR EACH ROW WHEN (old.name IS DISTINCT FROM new.name OR old.serial IS DISTINCT FROM new.serial OR old.uuid IS DISTINCT FROM new.uuid OR old.manufacturer IS DISTINCT FROM new.manufacturer OR old.model IS DISTINCT FROM new.model OR old.os IS DISTINCT FROM new.os OR old.last_user IS DISTINCT FROM new.last_user OR old.agent_version IS DISTINCT FROM new.agent_version OR old.macs IS DISTINCT FROM new.macs OR old.ips IS DISTINCT FROM new.ips OR old.identity IS DISTINCT FROM new.identity) EXECUTE FUNCTION gatehouse_asset_searched();
CREATE TRIGGER asset_searched_new AFTER INSERT ON asset FOR EACH ROW EXECUTE FUNCTION gatehouse_asset_searched();
CREATE TRIGGER event_told AFTER INSERT ON event REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION gatehouse_events_told();
CREATE TRIGGER case_changed AFTER UPDATE ON quarantine FOR EACH ROW WHEN ((old.resolution IS NULL) <> (new.resolution IS NULL)) EXECUTE FUNCTION gatehouse_case_changed();
CREATE TRIGGER case_opened AFTER INSERT ON quarantine FOR EACH ROW EXECUTE FUNCTION gatehouse_case_changed();
