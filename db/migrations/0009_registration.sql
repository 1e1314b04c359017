-- Installations that registered: hosts, other gateways, relays. What a key is for.

ALTER TABLE registration_key
  ADD COLUMN scopes text[] NOT NULL DEFAULT '{inventory,register}'
    CHECK (scopes <@ '{inventory,register,relay}' AND cardinality(scopes) > 0);

-- One row an installation and key. installation_id is drawn by the installation, once: a second key never takes over
-- the row of a first one.
CREATE TABLE registered_instance (
  instance_id        integer NOT NULL,
  registration_id    uuid NOT NULL,
  kid                text NOT NULL,
  installation_id    uuid NOT NULL,
  kind               text NOT NULL CHECK (kind IN ('host', 'gatehouse', 'relay')),
  -- As it calls itself: text of a stranger.
  name               text,
  version            text NOT NULL,
  -- Under which it reaches us; that the key is good there was checked.
  server_url         text NOT NULL,
  -- Of a gateway: its own first public URL.
  own_url            text,
  -- SHA-256 of installation, server URL and version (src/domain/handshake.ts).
  handshake          bytea NOT NULL CHECK (length(handshake) = 32),
  -- Of the key, which it showed last.
  generation         integer,
  source_address     text NOT NULL,
  registered_at      timestamptz NOT NULL,
  last_validated_at  timestamptz NOT NULL,
  -- The last time it was refused after it had proved who it is, and why; null once it was validated again.
  refused_at         timestamptz,
  refused_reason     text,
  revoked_at         timestamptz,
  revoked_by         text,
  PRIMARY KEY (instance_id, registration_id),
  UNIQUE (instance_id, kid, installation_id),
  FOREIGN KEY (instance_id, kid) REFERENCES registration_key (instance_id, kid)
);

-- Bearer tokens of installations: the one in use, and a newer one until it was seen.
CREATE TABLE registration_token (
  instance_id      integer NOT NULL,
  token_id         text NOT NULL,
  registration_id  uuid NOT NULL,
  mac              bytea NOT NULL CHECK (length(mac) = 32),
  pepper_id        text NOT NULL,
  -- Of the key, for which it was given out.
  generation       integer NOT NULL,
  issued_at        timestamptz NOT NULL,
  expires_at       timestamptz NOT NULL,
  PRIMARY KEY (instance_id, token_id),
  FOREIGN KEY (instance_id, registration_id) REFERENCES registered_instance (instance_id, registration_id) ON DELETE CASCADE
);
CREATE INDEX registration_token_id ON registration_token (token_id);
CREATE INDEX registration_token_registration ON registration_token (registration_id);

-- One-time secrets by which a gateway asks itself, from outside, what arrives of a request.
CREATE TABLE echo_nonce (
  instance_id  integer NOT NULL REFERENCES instance,
  nonce_id     text NOT NULL,
  mac          bytea NOT NULL CHECK (length(mac) = 32),
  expires_at   timestamptz NOT NULL,
  PRIMARY KEY (instance_id, nonce_id)
);
