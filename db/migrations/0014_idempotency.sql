-- What was created under an Idempotency-Key, so that a request which is sent again creates nothing twice. For 24 hours.

-- digest: of who asked, for what operation, under which key. request: of the body. object: id of what was made; its secret
-- is in neither.
CREATE TABLE idempotency (
  instance_id integer     NOT NULL REFERENCES instance (instance_id),
  digest      bytea       NOT NULL CHECK (length(digest) = 32),
  request     bytea       NOT NULL CHECK (length(request) = 32),
  object      text,
  made_at     timestamptz NOT NULL,
  PRIMARY KEY (instance_id, digest)
);
CREATE INDEX idempotency_made ON idempotency (made_at);
