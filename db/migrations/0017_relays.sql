-- Relays: a Gatehouse at a site that hands on to this one under its registration.

-- By whose hands a submission came (src/domain/provenance.ts); null: straight from an agent.
ALTER TABLE submission ADD COLUMN via jsonb;

-- `registration`: the credential is what the installation is registered with the server by; it is kept outside the database.
ALTER TABLE upstream DROP CONSTRAINT upstream_credential_kind_check;
ALTER TABLE upstream ADD CONSTRAINT upstream_credential_kind_check
  CHECK (credential_kind IN ('none', 'basic', 'oauth', 'bearer', 'registration'));
