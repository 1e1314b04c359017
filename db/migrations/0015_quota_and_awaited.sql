-- How many assets a key has is asked for each inventory of a key with a quota: of its tallies (migration 0005), not of a
-- million assets. By the key first, and all that is asked in the index.
CREATE INDEX asset_tally_kid ON asset_tally (kid, instance_id) INCLUDE (status, n);

-- Of machines that share an agent (an image with an agent inside) each is awaited for itself: one that was held stopped
-- the partials of all others, and a full inventory of any of them ended the wait for it. Empty: its hardware was not told.
ALTER TABLE full_awaited ADD COLUMN device text NOT NULL DEFAULT '';
ALTER TABLE full_awaited DROP CONSTRAINT full_awaited_pkey;
ALTER TABLE full_awaited ADD PRIMARY KEY (instance_id, kid, deviceid, agentid, device);
