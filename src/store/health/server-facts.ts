import type { Pool } from 'pg';

/** What the database server says of itself. */
export interface ServerFacts {
  /** As people write it: `18.1`. */
  readonly version: string;
  readonly sizeBytes: number;
  /** Of the server, while it was asked. */
  readonly time: Date;
  /** Connections that are open, and how many this login may open. */
  readonly connections: number;
  readonly maxConnections: number;
}

export async function readServerFacts(pool: Pool): Promise<ServerFacts> {
  const { rows } = await pool.query<ServerFacts>(serverFacts);
  const [row] = rows;
  if (row === undefined) throw new Error('a statement without FROM gives one row');
  return row;
}

const serverFacts = `
  SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
         pg_database_size(current_database()) AS "sizeBytes",
         clock_timestamp() AS time,
         (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
         current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int AS "maxConnections"`;
