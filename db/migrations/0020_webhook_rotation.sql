-- While one secret takes the place of another, messages are signed with both: receivers change over when it suits them.
ALTER TABLE webhook
  ADD COLUMN former_secret bytea,
  ADD COLUMN former_pepper_id text,
  ADD COLUMN former_until timestamptz,
  ADD CHECK ((former_secret IS NULL) = (former_until IS NULL) AND (former_secret IS NULL) = (former_pepper_id IS NULL));
