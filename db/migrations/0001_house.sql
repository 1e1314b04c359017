-- The house: instances, entities, keys, assets and what happened to each submission.
-- Every table carries instance_id, first in every primary key and foreign key: it is the column by which the
-- tables are distributed on a distributed PostgreSQL. Secondary indexes leave it out or put it last: a plan made while
-- a table is empty takes any index that begins with instance_id for the primary key's, and a connection keeps it until
-- the next ANALYZE (measured: 377 rows read for one). Times come from the program, never from now() in ON CONFLICT.

CREATE TABLE instance (
  instance_id   integer PRIMARY KEY,
  name          text NOT NULL UNIQUE,
  -- First is primary; canonical spelling.
  public_urls   text[] NOT NULL,
  created_at    timestamptz NOT NULL
);

-- One row: what this database belongs to.
CREATE TABLE installation (
  only_one      boolean PRIMARY KEY DEFAULT true CHECK (only_one),
  -- HMAC of a fixed text: tells whether the pepper at hand is the one the keys were hashed with.
  pepper_check  bytea NOT NULL,
  created_at    timestamptz NOT NULL
);

CREATE TABLE entity (
  instance_id   integer NOT NULL REFERENCES instance,
  entity_id     uuid NOT NULL,
  parent_id     uuid,
  name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
  -- What agents may name when a key maps tags; compared without case.
  tag           text CHECK (length(tag) BETWEEN 1 AND 255),
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (instance_id, entity_id),
  FOREIGN KEY (instance_id, parent_id) REFERENCES entity (instance_id, entity_id)
);
CREATE UNIQUE INDEX entity_sibling_name ON entity (parent_id, lower(name), instance_id) NULLS NOT DISTINCT;
CREATE UNIQUE INDEX entity_tag ON entity (lower(tag), instance_id) WHERE tag IS NOT NULL;

CREATE TABLE registration_key (
  instance_id   integer NOT NULL REFERENCES instance,
  kid           text NOT NULL,
  name          text NOT NULL,
  -- HMAC-SHA-256(pepper, whole key). The key itself is shown once and stored nowhere.
  mac           bytea NOT NULL CHECK (length(mac) = 32),
  -- Last four characters, so that people can tell keys apart.
  hint          text NOT NULL,
  entity_id     uuid NOT NULL,
  urls          text[] NOT NULL DEFAULT '{}',
  mode          text NOT NULL CHECK (mode IN ('auto', 'approve', 'observe', 'closed')),
  enrol_until   timestamptz,
  use_until     timestamptz,
  max_assets    integer CHECK (max_assets > 0),
  cidrs         text[] NOT NULL DEFAULT '{}',
  itemtypes     text[] NOT NULL DEFAULT '{}',
  carriers      text[] NOT NULL,
  tag           text,
  tag_policy    text NOT NULL CHECK (tag_policy IN ('ignore', 'require', 'map')),
  rules         jsonb NOT NULL DEFAULT '[]',
  note          text,
  owner         text,
  created_at    timestamptz NOT NULL,
  created_by    text NOT NULL,
  revoked_at    timestamptz,
  last_used_at  timestamptz,
  last_used_ip  text,
  PRIMARY KEY (instance_id, kid),
  FOREIGN KEY (instance_id, entity_id) REFERENCES entity (instance_id, entity_id)
);
CREATE INDEX registration_key_kid ON registration_key (kid);

CREATE TABLE admin_token (
  instance_id   integer NOT NULL REFERENCES instance,
  token_id      text NOT NULL,
  name          text NOT NULL,
  mac           bytea NOT NULL CHECK (length(mac) = 32),
  created_at    timestamptz NOT NULL,
  expires_at    timestamptz,
  revoked_at    timestamptz,
  last_used_at  timestamptz,
  PRIMARY KEY (instance_id, token_id)
);
CREATE INDEX admin_token_mac ON admin_token (mac);

-- Touched at every inventory of the device: no index on what changes then, so that touches stay on the page (HOT).
CREATE TABLE asset (
  instance_id      integer NOT NULL REFERENCES instance,
  asset_id         uuid NOT NULL,
  kid              text NOT NULL,
  entity_id        uuid NOT NULL,
  itemtype         text NOT NULL,
  status           text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'retired')),
  -- As shown.
  name             text,
  serial           text,
  uuid             text,
  macs             text[] NOT NULL DEFAULT '{}',
  ips              text[] NOT NULL DEFAULT '{}',
  manufacturer     text,
  model            text,
  os               text,
  last_user        text,
  agent_version    text,
  -- As compared: every value the asset was ever recognised by, by kind.
  identity         jsonb NOT NULL,
  section_digests  jsonb NOT NULL,
  first_seen       timestamptz NOT NULL,
  last_seen        timestamptz NOT NULL,
  last_changed     timestamptz NOT NULL,
  last_submission  uuid NOT NULL,
  PRIMARY KEY (instance_id, asset_id),
  FOREIGN KEY (instance_id, kid) REFERENCES registration_key (instance_id, kid),
  FOREIGN KEY (instance_id, entity_id) REFERENCES entity (instance_id, entity_id)
) WITH (fillfactor = 70);
CREATE INDEX asset_entity ON asset (entity_id) INCLUDE (asset_id);
CREATE INDEX asset_kid ON asset (kid) INCLUDE (asset_id);
CREATE INDEX asset_name ON asset (lower(name) text_pattern_ops);

-- The index by which devices are recognised, and by which people find them.
CREATE TABLE asset_identifier (
  instance_id   integer NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('serial', 'uuid', 'mac', 'deviceid', 'agentid', 'hostname', 'ip')),
  value         text NOT NULL,
  asset_id      uuid NOT NULL,
  first_seen    timestamptz NOT NULL,
  PRIMARY KEY (instance_id, kind, value, asset_id),
  FOREIGN KEY (instance_id, asset_id) REFERENCES asset (instance_id, asset_id) ON DELETE CASCADE
);
CREATE INDEX asset_identifier_asset ON asset_identifier (asset_id);

-- The inventory as last merged: zlib-compressed JSON of the content, so that PostgreSQL neither parses nor
-- compresses it again.
CREATE TABLE asset_inventory (
  instance_id    integer NOT NULL,
  asset_id       uuid NOT NULL,
  content        bytea NOT NULL,
  submission_id  uuid NOT NULL,
  stored_at      timestamptz NOT NULL,
  PRIMARY KEY (instance_id, asset_id),
  FOREIGN KEY (instance_id, asset_id) REFERENCES asset (instance_id, asset_id) ON DELETE CASCADE
);
ALTER TABLE asset_inventory ALTER COLUMN content SET STORAGE EXTERNAL;

-- What happened to an asset, by whom or by which submission.
CREATE TABLE asset_event (
  instance_id    integer NOT NULL,
  asset_id       uuid NOT NULL,
  event_id       uuid NOT NULL,
  at             timestamptz NOT NULL,
  kind           text NOT NULL,
  submission_id  uuid,
  actor          text,
  detail         jsonb NOT NULL,
  PRIMARY KEY (instance_id, asset_id, event_id),
  FOREIGN KEY (instance_id, asset_id) REFERENCES asset (instance_id, asset_id) ON DELETE CASCADE
);

-- One row a submission; refusals before the key verified are folded into one row a source, reason and minute.
CREATE TABLE submission (
  instance_id     integer NOT NULL,
  submission_id   uuid NOT NULL,
  received_at     timestamptz NOT NULL,
  kid             text,
  verdict         text NOT NULL CHECK (verdict IN ('accepted', 'quarantined', 'refused')),
  outcome         text CHECK (outcome IN ('created', 'updated', 'unchanged')),
  reason          text,
  evidence        jsonb NOT NULL,
  notes           jsonb NOT NULL DEFAULT '[]',
  asset_id        uuid,
  entity_id       uuid,
  deviceid        text,
  agentid         text,
  itemtype        text,
  name            text,
  partial         boolean NOT NULL DEFAULT false,
  dialect         text,
  user_agent      text,
  source_address  text NOT NULL,
  wire_bytes      integer NOT NULL DEFAULT 0,
  -- How many requests this row stands for.
  folded          bigint NOT NULL DEFAULT 1,
  -- Quarantine: what an admin decided.
  resolution      text CHECK (resolution IN ('same', 'new', 'reject', 'ban')),
  resolved_at     timestamptz,
  PRIMARY KEY (instance_id, submission_id),
  CHECK ((verdict = 'accepted') = (outcome IS NOT NULL)),
  CHECK ((verdict = 'accepted') = (reason IS NULL))
);
CREATE INDEX submission_asset ON submission (asset_id, submission_id) WHERE asset_id IS NOT NULL;
CREATE INDEX submission_not_accepted ON submission (verdict, submission_id) WHERE verdict <> 'accepted';

-- The bytes of a held submission, to run it through the same pipeline again.
CREATE TABLE submission_body (
  instance_id    integer NOT NULL,
  submission_id  uuid NOT NULL,
  content_type   text,
  wire           bytea NOT NULL,
  PRIMARY KEY (instance_id, submission_id),
  FOREIGN KEY (instance_id, submission_id) REFERENCES submission (instance_id, submission_id) ON DELETE CASCADE
);
ALTER TABLE submission_body ALTER COLUMN wire SET STORAGE EXTERNAL;

-- The programs that post: one row an agent installation (agentid, or deviceid where there is none) and key.
CREATE TABLE agent (
  instance_id     integer NOT NULL,
  kid             text NOT NULL,
  sender          text NOT NULL,
  agentid         text,
  deviceid        text,
  version         text,
  tag             text,
  user_agent      text,
  source_address  text NOT NULL,
  first_contact   timestamptz NOT NULL,
  last_contact    timestamptz NOT NULL,
  last_inventory  timestamptz,
  asset_id        uuid,
  PRIMARY KEY (instance_id, kid, sender),
  FOREIGN KEY (instance_id, kid) REFERENCES registration_key (instance_id, kid)
) WITH (fillfactor = 70);

-- Devices of which only a full inventory helps: the agent is steered to send one.
CREATE TABLE full_awaited (
  instance_id  integer NOT NULL,
  kid          text NOT NULL,
  deviceid     text NOT NULL,
  since        timestamptz NOT NULL,
  PRIMARY KEY (instance_id, kid, deviceid),
  FOREIGN KEY (instance_id, kid) REFERENCES registration_key (instance_id, kid)
);

-- Every change an admin made.
CREATE TABLE audit (
  instance_id  integer NOT NULL,
  audit_id     uuid NOT NULL,
  at           timestamptz NOT NULL,
  actor        text NOT NULL,
  action       text NOT NULL,
  object       text NOT NULL,
  detail       jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (instance_id, audit_id)
);
