import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadAdminSchemas } from '../../../src/admin/admin-schemas';
import { eventKinds } from '../../../src/domain/event';

it('docs/webhooks.md and the schema list every kind of event, and no other', () => {
  const text = readFileSync(path.resolve(__dirname, '../../../docs/webhooks.md'), 'utf8');
  const listed = [...text.matchAll(/^\| `(\w+\.\w+)` +\| (.+?) +\|$/gm)].map(([, kind, when]) => [
    kind,
    when,
  ]);
  expect(listed).toEqual(Object.entries(eventKinds));
  expect(loadAdminSchemas().EventKind?.enum).toEqual(Object.keys(eventKinds));
});
