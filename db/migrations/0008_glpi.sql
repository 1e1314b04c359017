-- Knowing the GLPI behind: its API's credential, its entities, what became of assets there. docs/glpi.md

-- credential: what may be shown of it. secret: the rest, sealed under the pepper named (src/domain/sealed-text.ts).
CREATE TABLE glpi_api (
  instance_id       integer     PRIMARY KEY REFERENCES instance (instance_id),
  url               text        NOT NULL CHECK (length(url) BETWEEN 1 AND 2048),
  api               text        NOT NULL CHECK (api IN ('legacy', 'high-level')),
  credential        jsonb       NOT NULL DEFAULT '{}',
  secret            bytea       NOT NULL,
  secret_pepper_id  text        NOT NULL,
  changed_at        timestamptz NOT NULL,
  imported_at       timestamptz,
  last_import       jsonb
);

-- glpi_id: its id in GLPI; GLPI's root is 0. glpi_gone_at: since when it is not there any more.
ALTER TABLE entity ADD COLUMN glpi_id bigint CHECK (glpi_id >= 0);
ALTER TABLE entity ADD COLUMN glpi_gone_at timestamptz;
CREATE UNIQUE INDEX entity_glpi ON entity (glpi_id, instance_id) WHERE glpi_id IS NOT NULL;
