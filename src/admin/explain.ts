import type { AdminDeps, Caller } from './admin-deps';
import { getKey } from './keys';

/** Runs the pipeline without writing. Provided by whoever wires the rooms. */
export type Explain = (input: {
  readonly kid: string;
  readonly instanceId: number;
  /** What an agent would post: JSON or XML text. */
  readonly body: string;
}) => Promise<unknown>;

export interface ExplainInput {
  readonly kid: string;
  /** A message of the inventory format, or XML text. */
  readonly inventory: string | Readonly<Record<string, unknown>>;
}

/** What would become of an inventory under a key, with every step. Throws Problem `not_found` for the key. */
export async function explainInventory(
  deps: AdminDeps & { readonly explain: Explain },
  caller: Caller,
  { kid, inventory }: ExplainInput,
): Promise<unknown> {
  await getKey(deps, caller, kid);
  const body = typeof inventory === 'string' ? inventory : JSON.stringify(inventory);
  return await deps.explain({ kid, instanceId: caller.instanceId, body });
}
