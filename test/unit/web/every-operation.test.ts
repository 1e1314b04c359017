import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAdminSchemas } from '../../../src/admin/admin-schemas';
import { adminRoutes } from '../../../src/http/admin/admin-routes';

/** What the console never asks for, and where it shows the same all the same. */
const elsewhere: Readonly<Record<string, string>> = {
  getEntity: 'the page has the whole tree from listEntities',
  getRegistration: 'listRegistrations gives all of it',
  listAssetSubmissions: 'listSubmissions with the filter `asset`',
};

const sources = join(__dirname, '../../../web/src');

function text(folder: string): string {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && entry.name !== 'openapi.ts')
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'))
    .join('\n');
}

test('the console can do every operation of the API, or has a reason not to', () => {
  const source = text(sources);
  const asked = new Set(
    [...source.matchAll(/\bapi\s*\.([A-Z]+)\(\s*'([^']+)'/g)].map(([, method, path]) => `${method} ${path}`),
  );
  // What the browser follows or listens to itself.
  const opened = [...source.matchAll(/\/api\/v1(\/[a-z/]+)/g)].map(([, path]) => `GET ${path}`);
  const can = new Set([...asked, ...opened]);
  const missing = adminRoutes.filter(({ method, path }) => !can.has(`${method.toUpperCase()} ${path}`));
  expect(missing.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(elsewhere).sort());
});

/** Filters of lists that the pages have no use for, and why. */
const unused: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  entities: { name: 'the page shows the whole tree', tag: 'likewise', parent: 'likewise' },
  submissions: { kid: 'another name of `key`' },
  events: { submissions: 'of the stream only' },
};
/** Pages whose address is not that of the list they show. */
const pageOf: Readonly<Record<string, string>> = { 'forward/assets': 'forwarding' };

test('every filter of a list stands in the address of the page that shows it', () => {
  const router = readFileSync(join(sources, 'router.tsx'), 'utf8');
  const addresses = new Map(
    router.split('createRoute({').map((route): [string, Set<string | undefined>] => {
      const [, path = ''] = /path: '\/([\w/$-]+)'/.exec(route) ?? [];
      const [search = ''] = /validateSearch: textSearch\([\s\S]*?\),\n {2}component/.exec(route) ?? [];
      return [path, new Set([...search.matchAll(/'(\w+)'/g)].map(([, name]) => name))];
    }),
  );
  const schemas = loadAdminSchemas();
  const missing = adminRoutes.flatMap(({ item, path, query = '' }) => {
    const list = path.slice(1);
    const known = addresses.get(pageOf[list] ?? list);
    if (item === undefined || known === undefined) return [];
    const filters = Object.keys(schemas[query]?.properties ?? {});
    return filters
      .filter((name) => !['limit', 'after'].includes(name) && !known.has(name) && !unused[list]?.[name])
      .map((name) => `${list}: ${name}`);
  });
  expect(missing).toEqual([]);
  expect(addresses.size).toBeGreaterThan(10);
});

test('every list can be exported from where the console shows it', () => {
  const exported = [...text(sources).matchAll(/<ExportLinks[^>]*?list=[{"`]+([^"`]+)/g)].map(
    ([, path]) => path,
  );
  const lists = adminRoutes.filter(({ item }) => item !== undefined).map(({ path }) => path);
  const withoutExport = lists.filter((path) => !exported.includes(path.replace('{', '${')));
  expect(withoutExport).toEqual([]);
});
