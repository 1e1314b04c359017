-- What an admin says of an identifier, for every key or for one, stands beside what was learned under a key: taken back,
-- it leaves what was learned as it was.
ALTER TABLE junk
  DROP CONSTRAINT junk_pkey,
  DROP CONSTRAINT junk_check,
  ADD COLUMN is_learned boolean NOT NULL GENERATED ALWAYS AS (origin = 'learned') STORED,
  ADD PRIMARY KEY (instance_id, kind, value, kid, is_learned),
  ADD CHECK (origin <> 'learned' OR kid <> '');

-- Lists are read in the order of their ids.
DROP INDEX junk_id;
CREATE INDEX junk_id ON junk (instance_id, junk_id);
-- Each key in memory holds what is allowed under it.
CREATE INDEX junk_allowed ON junk (instance_id) WHERE origin = 'allowed';
