-- One box that finds assets by anything, and filters that combine, at a million assets.

-- Trusted, so that the owner of a database may create it; it comes with PostgreSQL (contrib) and with the embedded one.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- What is searched of an asset, in lower case: what is shown of it, and the ids of its agents. Apart from the asset, so
-- that a changed address does not touch every index of the asset's row, nor an inventory without news this one.
CREATE TABLE asset_search (
  instance_id integer NOT NULL,
  asset_id    uuid NOT NULL,
  text        text NOT NULL,
  PRIMARY KEY (instance_id, asset_id),
  FOREIGN KEY (instance_id, asset_id) REFERENCES asset (instance_id, asset_id) ON DELETE CASCADE
);

-- Bounded: an agent may send a name of any length.
CREATE FUNCTION gatehouse_search_text(a asset) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT left(lower(concat_ws(E'\n', left(a.name, 255), left(a.serial, 255), a.uuid, left(a.manufacturer, 255),
    left(a.model, 255), left(a.os, 255), left(a.last_user, 255), left(a.agent_version, 255),
    array_to_string(a.macs, E'\n'), array_to_string(a.ips, E'\n'),
    (SELECT string_agg(left(value, 255), E'\n') FROM jsonb_array_elements_text(
       coalesce(a.identity -> 'deviceids', '[]') || coalesce(a.identity -> 'agentids', '[]')
         || coalesce(a.identity -> 'hostnames', '[]')) AS value))), 4000)
$$;
INSERT INTO asset_search (instance_id, asset_id, text)
  SELECT instance_id, asset_id, gatehouse_search_text(asset) FROM asset WHERE status <> 'merged';
CREATE INDEX asset_search_text ON asset_search USING gin (text gin_trgm_ops);

CREATE FUNCTION gatehouse_asset_searched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO asset_search (instance_id, asset_id, text)
    VALUES (NEW.instance_id, NEW.asset_id, gatehouse_search_text(NEW))
    ON CONFLICT (instance_id, asset_id) DO UPDATE SET text = excluded.text;
  RETURN NULL;
END $$;
CREATE TRIGGER asset_searched_new AFTER INSERT ON asset FOR EACH ROW EXECUTE FUNCTION gatehouse_asset_searched();
-- Asked without calling the function: most inventories change none of it.
CREATE TRIGGER asset_searched AFTER UPDATE ON asset FOR EACH ROW
  WHEN ((OLD.name, OLD.serial, OLD.uuid, OLD.manufacturer, OLD.model, OLD.os, OLD.last_user, OLD.agent_version, OLD.macs, OLD.ips)
          IS DISTINCT FROM
        (NEW.name, NEW.serial, NEW.uuid, NEW.manufacturer, NEW.model, NEW.os, NEW.last_user, NEW.agent_version, NEW.macs, NEW.ips)
     OR OLD.identity IS DISTINCT FROM NEW.identity)
  EXECUTE FUNCTION gatehouse_asset_searched();

-- A kind of which there are few is found without looking at all others.
CREATE INDEX asset_itemtype ON asset (itemtype, asset_id);
CREATE INDEX asset_not_active ON asset (status, asset_id) WHERE status <> 'active';
-- Versions are too short for trigrams to tell them from addresses.
CREATE INDEX asset_agent_version ON asset (lower(agent_version) text_pattern_ops, asset_id);
