import { Client } from 'pg';

/**
 * The schema `public` as SQL that makes it again, always in the same order. The embedded PostgreSQL comes without
 * pg_dump, and its output differs between versions.
 * @throws Error when the schema holds a kind of object that this does not write
 */
export async function dumpSchema(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query('SET LOCAL search_path TO public');
    await refuseUnknownObjects(client);
    const { rows: tables } = await client.query<TableRow>(tablesQuery);
    const { rows: columns } = await client.query<ColumnRow>(columnsQuery);
    const { rows: constraints } = await client.query<ConstraintRow>(constraintsQuery);
    const { rows: indexes } = await client.query<{ table: string; definition: string }>(indexesQuery);
    const texts = tables.map((table) =>
      [
        createTable(table, columns, constraints),
        ...storageOf(table, columns),
        ...indexes.filter((index) => index.table === table.name).map(({ definition }) => `${definition};`),
      ].join('\n'),
    );
    // Last, since tables refer to each other in any order.
    const foreignKeys = constraints
      .filter(({ kind }) => kind === 'f')
      .map((one) => `ALTER TABLE ${one.table} ADD CONSTRAINT ${one.name} ${one.definition};`);
    const { rows: extensions } = await client.query<{ definition: string }>(extensionsQuery);
    const { rows: routines } = await client.query<{ definition: string }>(functionsQuery);
    const { rows: triggers } = await client.query<{ definition: string }>(triggersQuery);
    const functions = routines.map(({ definition }) => `${definition.trimEnd()};`);
    const rest = [
      foreignKeys,
      ...functions.map((one) => [one]),
      triggers.map(({ definition }) => `${definition};`),
    ];
    return `${[...extensions.map(({ definition }) => definition), ...texts, ...rest.filter((part) => part.length > 0).map((part) => part.join('\n'))].join('\n\n')}\n`;
  } finally {
    await client.end();
  }
}

interface TableRow {
  readonly name: string;
  readonly options: string | null;
}

interface ColumnRow {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly isNotNull: boolean;
  readonly fallback: string | null;
  readonly storage: string;
  readonly standardStorage: string;
}

interface ConstraintRow {
  readonly table: string;
  readonly name: string;
  readonly kind: string;
  readonly definition: string;
}

const tablesQuery = `
  SELECT quote_ident(relname) AS name, array_to_string(reloptions, ', ') AS options
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname COLLATE "C"`;

const columnsQuery = `
  SELECT quote_ident(c.relname) AS table, quote_ident(a.attname) AS name, a.attnotnull AS "isNotNull",
         format_type(a.atttypid, a.atttypmod)
           || CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || quote_ident(l.collname) ELSE '' END AS type,
         CASE WHEN a.attidentity = 'a' THEN 'GENERATED ALWAYS AS IDENTITY'
              WHEN a.attgenerated = 's' THEN 'GENERATED ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ') STORED'
              ELSE 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid) END AS fallback,
         a.attstorage AS storage, t.typstorage AS "standardStorage"
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
   WHERE a.attnum > 0 AND NOT a.attisdropped
   ORDER BY a.attrelid, a.attnum`;

/** From 18 on NOT NULL is a constraint too ('n'); it stands with the column. */
const constraintsQuery = `
  SELECT quote_ident(c.relname) AS table, quote_ident(conname) AS name, contype AS kind,
         pg_get_constraintdef(k.oid) AS definition
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
   WHERE k.connamespace = 'public'::regnamespace AND contype <> 'n'
   ORDER BY c.relname COLLATE "C", array_position('{p,u,c,f,x,t}'::"char"[], contype), conname COLLATE "C"`;

const indexesQuery = `
  SELECT quote_ident(c.relname) AS table, pg_get_indexdef(i.indexrelid, 0, true) AS definition
    FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
   WHERE c.relnamespace = 'public'::regnamespace
     AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
   ORDER BY c.relname COLLATE "C", i.indexrelid::regclass::text COLLATE "C"`;

/** Not a part of an extension. */
const isOurs = (catalog: string): string =>
  `NOT EXISTS (SELECT FROM pg_depend WHERE classid = '${catalog}'::regclass AND objid = ${catalog}.oid AND deptype = 'e')`;

const extensionsQuery = `
  SELECT 'CREATE EXTENSION IF NOT EXISTS ' || quote_ident(extname) || ';' AS definition FROM pg_extension
   WHERE extname <> 'plpgsql' ORDER BY extname COLLATE "C"`;

const functionsQuery = `
  SELECT pg_get_functiondef(oid) AS definition FROM pg_proc
   WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' AND ${isOurs('pg_proc')} ORDER BY proname COLLATE "C"`;

const triggersQuery = `
  SELECT pg_get_triggerdef(t.oid, true) AS definition
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
   WHERE NOT tgisinternal AND c.relnamespace = 'public'::regnamespace
   ORDER BY c.relname COLLATE "C", tgname COLLATE "C"`;

/** What the queries above would leave out in silence. */
const unknownObjectsQuery = `
  SELECT 'relation ' || relname AS what FROM pg_class
   WHERE relnamespace = 'public'::regnamespace AND (relkind NOT IN ('r', 'i') OR relispartition OR relrowsecurity)
     AND NOT (relkind = 'S' AND EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'i'))
  UNION ALL SELECT 'routine ' || proname FROM pg_proc
   WHERE pronamespace = 'public'::regnamespace AND prokind <> 'f' AND ${isOurs('pg_proc')}
  UNION ALL SELECT 'type ' || typname FROM pg_type
   WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd', 'r', 'm') AND ${isOurs('pg_type')}
  UNION ALL SELECT 'identity column ' || attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
   WHERE c.relnamespace = 'public'::regnamespace AND attidentity NOT IN ('', 'a')`;

async function refuseUnknownObjects(client: Client): Promise<void> {
  const { rows } = await client.query<{ what: string }>(unknownObjectsQuery);
  if (rows.length > 0) throw new Error(`the dump cannot write: ${rows.map(({ what }) => what).join(', ')}`);
}

function createTable(
  table: TableRow,
  columns: readonly ColumnRow[],
  constraints: readonly ConstraintRow[],
): string {
  const lines = [
    ...columns
      .filter((column) => column.table === table.name)
      .map(({ name, type, isNotNull, fallback }) =>
        [name, type, ...(fallback === null ? [] : [fallback]), ...(isNotNull ? ['NOT NULL'] : [])].join(' '),
      ),
    ...constraints
      .filter((one) => one.table === table.name && one.kind !== 'f')
      .map(({ name, definition }) => `CONSTRAINT ${name} ${definition}`),
  ];
  const options = table.options === null ? '' : ` WITH (${table.options})`;
  return `CREATE TABLE ${table.name} (\n  ${lines.join(',\n  ')}\n)${options};`;
}

const storageNames: Readonly<Record<string, string>> = {
  p: 'PLAIN',
  e: 'EXTERNAL',
  m: 'MAIN',
  x: 'EXTENDED',
};

function storageOf(table: TableRow, columns: readonly ColumnRow[]): string[] {
  return columns
    .filter((column) => column.table === table.name && column.storage !== column.standardStorage)
    .map(
      ({ name, storage }) =>
        `ALTER TABLE ${table.name} ALTER COLUMN ${name} SET STORAGE ${storageNames[storage] ?? storage};`,
    );
}
