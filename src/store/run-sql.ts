import { CompiledQuery, type Kysely } from 'kysely';
import type { ClientBase } from 'pg';
import type { Tables } from './tables';

/** A transaction of either kind: of the use cases, or of the settle queue. */
export type AnyTransaction = Kysely<Tables> | ClientBase;

/** One statement in a transaction of either kind, as text with parameters. */
export async function runSql<Row>(
  trx: AnyTransaction,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  if ('executeQuery' in trx) {
    return (await trx.executeQuery(CompiledQuery.raw(text, [...values]))).rows as Row[];
  }
  return (await trx.query(text, [...values])).rows as Row[];
}
