-- Keys with generations, pins of devices, quarantine by device, bans, roles of tokens, a chained audit.

-- The secrets of a key. Rotation adds a generation; the one before serves until its grace ends or it is retired.
-- pepper_id: which pepper the mac was made with (first 8 hex digits of that pepper's check value).
CREATE TABLE key_generation (
  instance_id   integer NOT NULL,
  kid           text NOT NULL,
  generation    integer NOT NULL CHECK (generation > 0),
  mac           bytea NOT NULL CHECK (length(mac) = 32),
  pepper_id     text NOT NULL,
  hint          text NOT NULL,
  created_at    timestamptz NOT NULL,
  created_by    text NOT NULL,
  -- End of grace; null for the newest.
  use_until     timestamptz,
  retired_at    timestamptz,
  retired_why   text,
  last_used_at  timestamptz,
  last_used_ip  text,
  PRIMARY KEY (instance_id, kid, generation),
  FOREIGN KEY (instance_id, kid) REFERENCES registration_key (instance_id, kid)
);
INSERT INTO key_generation (instance_id, kid, generation, mac, pepper_id, hint, created_at, created_by, last_used_at, last_used_ip)
  SELECT instance_id, kid, 1, mac, (SELECT left(encode(pepper_check, 'hex'), 8) FROM installation), hint, created_at,
         created_by, last_used_at, last_used_ip
    FROM registration_key;

-- last_used_at and last_used_ip stay: of the key, whichever generation was used and however it was proved.
ALTER TABLE registration_key
  DROP COLUMN mac,
  DROP COLUMN hint,
  -- Former URLs: [{"url": canonical, "until": time or null}].
  ADD COLUMN url_aliases          jsonb NOT NULL DEFAULT '[]',
  -- Empty: any task.
  ADD COLUMN tasks                text[] NOT NULL DEFAULT '{}',
  ADD COLUMN requests_per_minute  integer CHECK (requests_per_minute > 0),
  ADD COLUMN new_assets_per_hour  integer CHECK (new_assets_per_hour > 0),
  ADD COLUMN client_certificate   text NOT NULL DEFAULT 'optional'
    CHECK (client_certificate IN ('ignore', 'optional', 'required')),
  -- PEM; a certificate that it issued may stand for the key.
  ADD COLUMN client_ca            text,
  -- SHA-256 of the name of each CA in client_ca, hex: how a key is found by a certificate, which names its issuer.
  ADD COLUMN client_ca_ids        text[] NOT NULL DEFAULT '{}',
  ADD COLUMN canary               boolean NOT NULL DEFAULT false,
  -- An older generation that nobody used for so long is retired; null: only by hand or at the end of its grace.
  ADD COLUMN retire_unused_days   integer CHECK (retire_unused_days > 0);
CREATE INDEX registration_key_client_ca ON registration_key USING gin (client_ca_ids);

ALTER TABLE instance ADD COLUMN url_aliases jsonb NOT NULL DEFAULT '[]';

-- entity_id: the subtree that the token is limited to; null is everything.
ALTER TABLE admin_token
  ADD COLUMN role           text NOT NULL DEFAULT 'admin' CHECK (role IN ('viewer', 'operator', 'admin')),
  ADD COLUMN entity_id      uuid,
  ADD COLUMN pepper_id      text,
  ADD COLUMN from_settings  boolean NOT NULL DEFAULT false,
  ADD FOREIGN KEY (instance_id, entity_id) REFERENCES entity (instance_id, entity_id);
UPDATE admin_token SET pepper_id = (SELECT left(encode(pepper_check, 'hex'), 8) FROM installation);
ALTER TABLE admin_token ALTER COLUMN pepper_id SET NOT NULL;

-- pin: what the device showed when it was last accepted (src/domain/pin.ts). contested: set while two devices claim to
-- be this asset; nothing updates it then.
ALTER TABLE asset
  ADD COLUMN pin        jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN contested  jsonb;
UPDATE asset SET identity = identity || '{"certificates": [], "sshKeys": []}';
ALTER TABLE asset_identifier DROP CONSTRAINT asset_identifier_kind_check;
ALTER TABLE asset_identifier ADD CONSTRAINT asset_identifier_kind_check
  CHECK (kind IN ('serial', 'uuid', 'mac', 'deviceid', 'agentid', 'hostname', 'ip', 'certificate', 'sshkey'));

-- generation: of the key that the agent used last.
-- Until now there was one. A certificate stands for a key without any: then it stays as it is.
ALTER TABLE agent ADD COLUMN generation integer DEFAULT 1;
ALTER TABLE agent ALTER COLUMN generation DROP DEFAULT;
-- former_url: of the key, by which the agent said hello last; null when it came by a present one.
ALTER TABLE agent ADD COLUMN former_url text;
-- Those that only said hello: anybody with the key can invent them, so they are counted and limited.
CREATE INDEX agent_without_asset ON agent (kid, instance_id) WHERE asset_id IS NULL;
-- Ids are time-ordered: what a key made within the hour stands at the end of its part.
DROP INDEX asset_kid;
CREATE INDEX asset_kid ON asset (kid, asset_id);

-- By the sender too: a deviceid can be guessed, and whoever guesses it must not stop the device's partials.
DROP TABLE full_awaited;
CREATE TABLE full_awaited (
  instance_id  integer NOT NULL,
  kid          text NOT NULL,
  deviceid     text NOT NULL,
  agentid      text NOT NULL,
  since        timestamptz NOT NULL,
  PRIMARY KEY (instance_id, kid, deviceid, agentid),
  FOREIGN KEY (instance_id, kid) REFERENCES registration_key (instance_id, kid)
);

-- One row a device that is held, by key and fingerprint of its identity, however often it comes. The row stays after
-- the decision and is remembered: `resolution` says what becomes of the device's next submission.
CREATE TABLE quarantine (
  instance_id        integer NOT NULL,
  case_id            uuid NOT NULL,
  kid                text NOT NULL,
  fingerprint        text NOT NULL,
  reason             text NOT NULL,
  -- The asset it conflicts with.
  asset_id           uuid,
  -- As the device showed it last (DeviceIdentity).
  identity           jsonb NOT NULL,
  evidence           jsonb NOT NULL,
  name               text,
  itemtype           text,
  source_address     text NOT NULL,
  first_seen         timestamptz NOT NULL,
  last_seen          timestamptz NOT NULL,
  count              bigint NOT NULL DEFAULT 1,
  -- The one whose body is kept.
  last_submission    uuid NOT NULL,
  resolution         text CHECK (resolution IN ('same', 'new', 'reject', 'ban')),
  resolved_at        timestamptz,
  resolved_by        text,
  note               text,
  -- Whether the resolution counts for what the device sends later, or was for the held submission only.
  stands             boolean NOT NULL DEFAULT false,
  -- What the resolution made of it.
  result_asset       uuid,
  result_submission  uuid,
  PRIMARY KEY (instance_id, case_id),
  UNIQUE (instance_id, kid, fingerprint),
  FOREIGN KEY (instance_id, kid) REFERENCES registration_key (instance_id, kid),
  CHECK ((resolution IS NULL) = (resolved_at IS NULL))
);
CREATE INDEX quarantine_open ON quarantine (last_seen, case_id) WHERE resolution IS NULL;
-- Of the few assets that two devices claim.
CREATE INDEX asset_contested ON asset (asset_id) WHERE contested IS NOT NULL;
CREATE INDEX quarantine_asset ON quarantine (asset_id, case_id) WHERE asset_id IS NOT NULL;
-- How many cases of a key are open.
CREATE INDEX quarantine_open_of_key ON quarantine (kid) WHERE resolution IS NULL;

ALTER TABLE submission ADD COLUMN case_id uuid;
CREATE INDEX submission_case ON submission (case_id, submission_id) WHERE case_id IS NOT NULL;
-- Client certificate of the sender, DER.
ALTER TABLE submission_body ADD COLUMN certificate bytea;

-- Pins that never come back, under any key of the instance.
CREATE TABLE ban (
  instance_id  integer NOT NULL,
  kind         text NOT NULL,
  value        text NOT NULL,
  ban_id       uuid NOT NULL,
  case_id      uuid,
  banned_at    timestamptz NOT NULL,
  banned_by    text NOT NULL,
  note         text,
  PRIMARY KEY (instance_id, kind, value)
);

-- Each row's hash covers the row and the hash before it. audit_head is locked by whoever adds one. Rows older than
-- the chain have no hash.
ALTER TABLE audit
  ADD COLUMN seq   bigint,
  ADD COLUMN hash  bytea;
CREATE UNIQUE INDEX audit_seq ON audit (seq, instance_id);
-- Whether an alarm was written within the hour.
CREATE INDEX audit_canary ON audit (object, at) WHERE action = 'key.canary';
CREATE TABLE audit_head (
  instance_id  integer PRIMARY KEY,
  seq          bigint NOT NULL,
  hash         bytea NOT NULL
);
