-- One asset per machine: merges and splits by admins, remembered; junk identifiers.

-- Merged into another asset: the row stays as a tombstone, without identifiers, so that the merge can be undone.
-- merge: what undoing it needs (src/store/asset-merges.ts).
-- separated: from which assets an admin holds it apart, on both rows of a pair (src/domain/separation.ts). Here and
-- not in a table of its own, because every candidate's row is read anyway.
ALTER TABLE asset
  ADD COLUMN merged_into  uuid,
  ADD COLUMN merge        jsonb,
  ADD COLUMN separated    jsonb NOT NULL DEFAULT '[]';
ALTER TABLE asset DROP CONSTRAINT asset_status_check;
ALTER TABLE asset
  ADD CONSTRAINT asset_status_check CHECK (status IN ('active', 'retired', 'merged')),
  ADD CONSTRAINT asset_merged_check CHECK ((status = 'merged') = (merged_into IS NOT NULL));
CREATE INDEX asset_merged ON asset (merged_into, asset_id) WHERE merged_into IS NOT NULL;
-- Tombstones count for no quota.
CREATE INDEX asset_merged_of_key ON asset (kid) WHERE merged_into IS NOT NULL;
