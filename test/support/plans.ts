import type { ClientBase } from 'pg';

/** What PostgreSQL did for one statement. */
export interface Explained {
  /** Tables that were read from their beginning to their end. */
  readonly scanned: readonly string[];
  /** Rows that came out of tables and indexes, those that a filter threw away among them. */
  readonly rowsRead: number;
  /** Pages of 8 KB looked at. */
  readonly pages: number;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

export async function explain(
  client: Pick<ClientBase, 'query'>,
  text: string,
  values: readonly unknown[],
): Promise<Explained> {
  const { rows } = await client.query<{ 'QUERY PLAN': readonly { readonly Plan: PlanNode }[] }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) ${text}`,
    [...values],
  );
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  if (plan === undefined) throw new Error('PostgreSQL explained nothing');
  const nodes = [...nodesOf(plan)];
  return {
    scanned: nodes.flatMap((node) =>
      node['Node Type'] === 'Seq Scan' && node['Relation Name'] !== undefined ? [node['Relation Name']] : [],
    ),
    rowsRead: nodes.filter(isOfTable).reduce((sum, node) => sum + rowsOf(node), 0),
    pages: (plan['Shared Hit Blocks'] ?? 0) + (plan['Shared Read Blocks'] ?? 0),
  };
}

function* nodesOf(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const child of node.Plans ?? []) yield* nodesOf(child);
}

const isOfTable = (node: PlanNode): boolean =>
  node['Relation Name'] !== undefined || node['Index Name'] !== undefined;

function rowsOf(node: PlanNode): number {
  const dropped = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
  return (node['Actual Rows'] + dropped) * node['Actual Loops'];
}

/** A client that tells what it was asked. */
export function recorded<C extends Pick<ClientBase, 'query'>>(
  client: C,
): { client: C; asked: { text: string; values: unknown[] }[] } {
  const asked: { text: string; values: unknown[] }[] = [];
  const query = (config: { text: string; values?: unknown[] }): unknown => {
    asked.push({ text: config.text, values: config.values ?? [] });
    return client.query(config);
  };
  return { client: { query } as unknown as C, asked };
}
