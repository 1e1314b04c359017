-- What the console's first page shows, cheap at a million assets: counts that are kept, not made.

-- Assets by entity, key, itemtype and status. Every change adds a row with its difference, so that two batches never
-- wait for each other's count; once in a while the rows of one kind are made one (src/store/asset-tally.ts).
CREATE TABLE asset_tally (
  instance_id integer NOT NULL,
  entity_id   uuid NOT NULL,
  kid         text NOT NULL,
  itemtype    text NOT NULL,
  status      text NOT NULL,
  tally_id    bigint GENERATED ALWAYS AS IDENTITY,
  n           bigint NOT NULL,
  PRIMARY KEY (instance_id, entity_id, kid, itemtype, status, tally_id)
) WITH (autovacuum_vacuum_scale_factor = 0.02);
INSERT INTO asset_tally (instance_id, entity_id, kid, itemtype, status, n)
  SELECT instance_id, entity_id, kid, itemtype, status, count(*) FROM asset GROUP BY 1, 2, 3, 4, 5;

-- Submissions by hour and by day: of all (subject ''), of each entity with all below it ('entity:<id>'), and of each key
-- ('key:<kid>', days only). Written by src/store/submission-tally.ts from what was received up to up_to.
CREATE TABLE submission_tally (
  instance_id integer NOT NULL,
  subject     text NOT NULL,
  span        text NOT NULL CHECK (span IN ('hour', 'day')),
  start       timestamptz NOT NULL,
  verdict     text NOT NULL,
  n           bigint NOT NULL,
  PRIMARY KEY (instance_id, subject, span, start, verdict)
);
CREATE TABLE submission_tally_state (
  instance_id integer NOT NULL PRIMARY KEY,
  -- Every submission up to this id is counted.
  up_to       uuid NOT NULL
);

-- What admins are told of as it happens: server-sent events and webhooks.
CREATE TABLE event (
  instance_id integer NOT NULL,
  event_id    bigint GENERATED ALWAYS AS IDENTITY,
  at          timestamptz NOT NULL,
  kind        text NOT NULL,
  -- Where it belongs; null: the whole instance.
  entity_id   uuid,
  -- Id of the asset, case or key.
  object      text,
  detail      jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (instance_id, event_id)
);
CREATE INDEX event_at ON event (at);
-- Read by every process that has somebody to tell, of all instances at once.
CREATE INDEX event_order ON event (event_id);

-- What was told once and is not told again while it lasts: a key that is used up, a key that is about to expire.
CREATE TABLE event_told (
  instance_id integer NOT NULL,
  kind        text NOT NULL,
  object      text NOT NULL,
  told_at     timestamptz NOT NULL,
  PRIMARY KEY (instance_id, kind, object)
);

-- Day on which an asset was seen last, only as exact as its week: an index on the time itself would make every inventory
-- touch every index of the asset (no HOT update).
ALTER TABLE asset ADD COLUMN seen_week date NOT NULL
  GENERATED ALWAYS AS (date_trunc('week', last_seen AT TIME ZONE 'UTC')::date) STORED;
CREATE INDEX asset_seen_week ON asset (seen_week, asset_id);

-- Triggers and not the statements of the pipeline, because imports, merges and splits make and move assets too, and a
-- count that one of them forgot would be wrong for ever.
CREATE FUNCTION gatehouse_assets_added() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;
CREATE TRIGGER asset_added AFTER INSERT ON asset REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION gatehouse_assets_added();

CREATE FUNCTION gatehouse_asset_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO asset_tally (instance_id, entity_id, kid, itemtype, status, n)
    VALUES (OLD.instance_id, OLD.entity_id, OLD.kid, OLD.itemtype, OLD.status, -1),
           (NEW.instance_id, NEW.entity_id, NEW.kid, NEW.itemtype, NEW.status, 1);
  RETURN NULL;
END $$;
-- The condition is asked without calling the function: an inventory that changes none of it costs nothing more.
CREATE TRIGGER asset_moved AFTER UPDATE ON asset FOR EACH ROW
  WHEN ((OLD.entity_id, OLD.kid, OLD.itemtype, OLD.status) IS DISTINCT FROM (NEW.entity_id, NEW.kid, NEW.itemtype, NEW.status))
  EXECUTE FUNCTION gatehouse_asset_moved();

CREATE FUNCTION gatehouse_assets_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO asset_tally (instance_id, entity_id, kid, itemtype, status, n)
    SELECT instance_id, entity_id, kid, itemtype, status, -count(*) FROM removed GROUP BY 1, 2, 3, 4, 5;
  RETURN NULL;
END $$;
CREATE TRIGGER asset_removed AFTER DELETE ON asset REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION gatehouse_assets_removed();

CREATE FUNCTION gatehouse_case_changed() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;
CREATE TRIGGER case_opened AFTER INSERT ON quarantine FOR EACH ROW EXECUTE FUNCTION gatehouse_case_changed();
CREATE TRIGGER case_changed AFTER UPDATE ON quarantine FOR EACH ROW
  WHEN ((OLD.resolution IS NULL) <> (NEW.resolution IS NULL)) EXECUTE FUNCTION gatehouse_case_changed();
