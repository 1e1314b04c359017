-- How many assets a key has is asked for each inventory of a key with a quota: of its tallies (migration 0005), not of a
-- million assets. By the key first, and all that is asked in the index.
CREATE INDEX asset_tally_kid ON asset_tally (kid, instance_id) INCLUDE (status, n);
