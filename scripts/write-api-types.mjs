// Writes the console's types of the admin API from the OpenAPI document that the gateway serves, so that whatever the
// console asks for that is not documented is a fault of types. Made anew by `npm run typecheck`, never committed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import openapiTS, { astToString } from 'openapi-typescript';

// Run with --require test/support/run-typescript.cjs: it lets these sources be loaded as they are.
const require = createRequire(import.meta.url);
const { openApiDocument } = require('../src/http/openapi.ts');
const { adminRoutes } = require('../src/http/admin/admin-routes.ts');
const { loadAdminSchemas } = require('../src/admin/admin-schemas.ts');

const file = new URL('../web/src/api/openapi.ts', import.meta.url);
const document = openApiDocument(adminRoutes, loadAdminSchemas());
// The console asks for JSON; exports are links that the browser follows.
for (const operations of Object.values(document.paths)) {
  for (const { responses } of Object.values(operations)) {
    for (const { content } of Object.values(responses)) {
      if (content?.['application/json'] === undefined) continue;
      for (const type of Object.keys(content)) if (type !== 'application/json') delete content[type];
    }
  }
}
const text = astToString(await openapiTS(document));
const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
if (before !== text) writeFileSync(file, text);
