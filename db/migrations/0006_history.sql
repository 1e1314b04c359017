-- What changed lately on the asset: thing → [how often, day], so that its history does not repeat what flaps.
ALTER TABLE asset_inventory ADD COLUMN changed_lately jsonb NOT NULL DEFAULT '{}';
