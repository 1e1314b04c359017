-- Sessions of the console: a signed-in browser holds a secret in a cookie, kept here as its HMAC.

-- token_id: the admin token it was started with; its role, subtree, end and revocation count at every request. Null:
-- started by OpenID Connect, then the columns after it say who it is and what it may do.
CREATE TABLE admin_session (
  instance_id   integer NOT NULL,
  session_id    text NOT NULL,
  mac           bytea NOT NULL CHECK (length(mac) = 32),
  token_id      text,
  subject       text,
  name          text,
  role          text CHECK (role IN ('viewer', 'operator', 'admin')),
  entity_id     uuid,
  source_address text NOT NULL,
  user_agent    text,
  created_at    timestamptz NOT NULL,
  last_used_at  timestamptz NOT NULL,
  expires_at    timestamptz NOT NULL,
  ended_at      timestamptz,
  PRIMARY KEY (instance_id, session_id),
  FOREIGN KEY (instance_id, token_id) REFERENCES admin_token (instance_id, token_id),
  CHECK ((token_id IS NULL) = (subject IS NOT NULL AND name IS NOT NULL AND role IS NOT NULL))
);
-- Found by hash before the instance is known.
CREATE INDEX admin_session_mac ON admin_session (mac);
CREATE INDEX admin_session_live ON admin_session (token_id, last_used_at) WHERE ended_at IS NULL;
CREATE INDEX admin_session_end ON admin_session (expires_at);
