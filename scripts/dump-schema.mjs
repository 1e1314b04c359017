// Writes db/schema.sql: what the migrations make of an empty database. Run by `npm run db:dump`, after a build.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import dump from '../dist/store/dump-schema.js';
import embedded from '../dist/store/embedded/acquire-embedded.js';
import migrations from '../dist/store/migrate.js';

const target = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../db/schema.sql');
const dataDir = mkdtempSync(path.join(os.tmpdir(), 'gatehouse-schema-'));
try {
  const server = await embedded.acquireEmbedded(dataDir);
  try {
    await migrations.migrate(server.url);
    writeFileSync(
      target,
      `-- Written by npm run db:dump from db/migrations. Do not edit.\n\n${await dump.dumpSchema(server.url)}`,
    );
  } finally {
    await server.release();
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
