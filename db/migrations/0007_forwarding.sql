-- Passing on to GLPI, or to a central Gatehouse: one upstream an instance, one row an asset. docs/forwarding.md

-- credential: what may be shown of it. secret: the rest, sealed (src/domain/sealed-text.ts) under the pepper named.
-- leader, leader_until: the one process that forwards for this instance. pace, breaker: what it learnt, for the next one
-- and for people (src/forward/pace.ts, src/forward/breaker.ts).
CREATE TABLE upstream (
  instance_id       integer     PRIMARY KEY REFERENCES instance (instance_id),
  kind              text        NOT NULL CHECK (kind IN ('glpi', 'gatehouse')),
  url               text        NOT NULL CHECK (length(url) BETWEEN 1 AND 2048),
  credential_kind   text        NOT NULL CHECK (credential_kind IN ('none', 'basic', 'oauth', 'bearer')),
  credential        jsonb       NOT NULL DEFAULT '{}',
  secret            bytea,
  secret_pepper_id  text,
  -- Counts up with each change of what is above: who holds an older one opens its connections anew.
  version           integer     NOT NULL DEFAULT 1,
  from_settings     boolean     NOT NULL DEFAULT false,
  changed_at        timestamptz NOT NULL,
  paused_at         timestamptz,
  paused_by         text,
  paused_why        text,
  paused_until      timestamptz,
  leader            uuid,
  leader_until      timestamptz,
  pace              jsonb       NOT NULL DEFAULT '{}',
  breaker           jsonb       NOT NULL DEFAULT '{}',
  last_delivery_at  timestamptz,
  last_trouble      jsonb
) WITH (fillfactor = 50);

-- What the upstream has of an asset, and what it is to get. This is the queue: a newer inventory takes the place of an
-- older one that still waits, so a backlog is never longer than the fleet (docs/decisions/0004-forwarding-queue.md).
-- due_at: when it is to be tried; null: nothing is to be sent. wanted: the submission to be sent, null for a contact.
-- lease, lease_until: one try at a time. sender: the agent's headers and id, as of the submission.
CREATE TABLE forwarding (
  instance_id       integer     NOT NULL,
  asset_id          uuid        NOT NULL,
  wanted            uuid,
  priority          smallint    NOT NULL DEFAULT 1,
  due_at            timestamptz,
  since             timestamptz,
  attempts          integer     NOT NULL DEFAULT 0,
  lease             uuid,
  lease_until       timestamptz,
  sender            jsonb       NOT NULL DEFAULT '{}',
  forwarded         uuid,
  forwarded_at      timestamptz,
  refreshed_at      timestamptz,
  -- The last answer that was not a delivery, or why it was given up.
  trouble           text,
  trouble_detail    text,
  trouble_at        timestamptz,
  dead_at           timestamptz,
  -- What a look-up in GLPI's API found afterwards.
  remote_id         text,
  remote_itemtype   text,
  remote_entity     text,
  remote_state      text,
  looked_up_at      timestamptz,
  PRIMARY KEY (instance_id, asset_id),
  FOREIGN KEY (instance_id, asset_id) REFERENCES asset (instance_id, asset_id) ON DELETE CASCADE
) WITH (fillfactor = 70);
CREATE INDEX forwarding_due ON forwarding (instance_id, priority, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX forwarding_refreshed ON forwarding (instance_id, refreshed_at) WHERE refreshed_at IS NOT NULL AND due_at IS NULL;
CREATE INDEX forwarding_dead ON forwarding (instance_id, dead_at) WHERE dead_at IS NOT NULL;
