import type { Pool } from 'pg';
import { readMigrations } from './migrate';

export interface SchemaState {
  /** Migrations applied; 0 for an empty database. */
  readonly applied: number;
  /** Migrations this program knows. */
  readonly known: number;
  /** The first start has made an instance. */
  readonly isSetUp: boolean;
}

/** Reads how far the schema is. Changes nothing. */
export async function readSchemaState(pool: Pool): Promise<SchemaState> {
  const known = readMigrations().length;
  const { rows: found } = await pool.query<{ isThere: boolean }>(
    `SELECT to_regclass('migration') IS NOT NULL AS "isThere"`,
  );
  if (found[0]?.isThere !== true) return { applied: 0, known, isSetUp: false };
  const { rows } = await pool.query<{ applied: number }>(
    'SELECT count(*)::integer AS applied FROM migration',
  );
  const applied = rows[0]?.applied ?? 0;
  if (applied === 0) return { applied, known, isSetUp: false };
  const { rows: set } = await pool.query<{ isSetUp: boolean }>(
    'SELECT EXISTS (SELECT FROM instance) AS "isSetUp"',
  );
  return { applied, known, isSetUp: set[0]?.isSetUp === true };
}
