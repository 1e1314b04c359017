-- Finding assets by the software they have. Inventories are compressed, so names stand here once an instance, and each
-- asset has the numbers of its names. Written after inventories, by one process at a time (src/store/software/): writing
-- it with them would cost a first inventory about as much database time again as all the rest.

CREATE TABLE software_name (
  instance_id integer NOT NULL,
  name_id     integer NOT NULL,
  -- In lower case, cut.
  name        text NOT NULL,
  -- How many assets have it. Not in an index, so that counting leaves the others alone.
  assets      integer NOT NULL,
  -- Key by which it first came: none may fill the house alone.
  kid         text NOT NULL,
  PRIMARY KEY (instance_id, name_id),
  UNIQUE (instance_id, name)
) WITH (fillfactor = 80);
CREATE INDEX software_name_text ON software_name USING gin (name gin_trgm_ops);

-- How many names came by each key, and how many more would have but for the limits.
CREATE TABLE software_tally (
  instance_id integer NOT NULL,
  kid         text NOT NULL,
  names       integer NOT NULL,
  left_out    bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (instance_id, kid)
);

CREATE TABLE asset_software (
  instance_id integer NOT NULL,
  asset_id    uuid NOT NULL,
  -- Sorted.
  names       integer[] NOT NULL,
  PRIMARY KEY (instance_id, asset_id),
  FOREIGN KEY (instance_id, asset_id) REFERENCES asset (instance_id, asset_id) ON DELETE CASCADE
);
CREATE INDEX asset_software_names ON asset_software USING gin (names);

-- Assets whose software is not searched yet as it is now. No foreign key: it would be asked for every inventory.
CREATE TABLE software_waiting (
  instance_id   integer NOT NULL,
  asset_id      uuid NOT NULL,
  -- The inventory with which it changed.
  submission_id uuid NOT NULL,
  since         timestamptz NOT NULL,
  PRIMARY KEY (instance_id, asset_id)
);
-- What was there before this migration comes after all that is new.
INSERT INTO software_waiting (instance_id, asset_id, submission_id, since)
  SELECT instance_id, asset_id, submission_id, 'infinity' FROM asset_inventory;
CREATE INDEX software_waiting_since ON software_waiting (since);

-- Without it one in 200 is expected to have any system, and what is rare is gone through before the rest.
CREATE STATISTICS asset_os_searched ON (lower(os)) FROM asset;
