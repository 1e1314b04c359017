-- Identifiers that say nothing of who a device is: learned from the devices that show them, declared by an admin, or
-- allowed by one whatever else is known.

-- kid: '' = under every key (what admins say); learned for the key whose devices showed it.
-- why: of a learned one its limit and the devices that were counted (src/domain/junk.ts).
CREATE TABLE junk (
  instance_id  integer NOT NULL REFERENCES instance (instance_id),
  kind         text NOT NULL CHECK (kind IN ('serial', 'uuid', 'mac', 'deviceid', 'certificate', 'sshkey')),
  value        text NOT NULL,
  kid          text NOT NULL DEFAULT '',
  junk_id      uuid NOT NULL,
  origin       text NOT NULL CHECK (origin IN ('learned', 'declared', 'allowed')),
  since        timestamptz NOT NULL,
  made_by      text NOT NULL,
  note         text,
  why          jsonb,
  PRIMARY KEY (instance_id, kind, value, kid),
  CHECK ((origin = 'learned') = (kid <> '')),
  CHECK ((origin = 'learned') = (why IS NOT NULL))
);
CREATE INDEX junk_id ON junk (junk_id);
-- How many a key has taught lately.
CREATE INDEX junk_learned ON junk (kid, kind, since) WHERE origin = 'learned';
