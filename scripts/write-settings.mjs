// Writes docs/settings.md and .env.example from the table of settings. Run by `npm run settings:write`, after a build.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import documents from '../dist/settings/settings-documents.js';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
writeFileSync(path.join(root, 'docs/settings.md'), documents.settingsMarkdown());
writeFileSync(path.join(root, '.env.example'), documents.envExample());
