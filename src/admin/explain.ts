import type { AdminDeps, Caller } from './admin-deps';
import { hideOutside } from './hide-outside';
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
  const explained = await deps.explain({ kid, instanceId: caller.instanceId, body });
  return await withoutOutside(deps, caller, explained as ExplainedShape);
}

interface ExplainedShape {
  readonly assetId: string | null;
  readonly steps: unknown;
}

/** It shows every candidate with its identity: a limited caller could read other sites' assets by guessing. */
async function withoutOutside(deps: AdminDeps, caller: Caller, explained: ExplainedShape): Promise<unknown> {
  const [shown] = await hideOutside(
    deps.db,
    caller,
    [explained],
    ({ steps }) => steps,
    (view, steps) => ({ ...view, steps: Array.isArray(steps) ? (steps as unknown) : [hiddenStep(steps)] }),
  );
  return shown;
}

/** When the whole decision speaks of an asset outside. */
function hiddenStep(facts: unknown): unknown {
  return { stage: 'decide', result: 'hidden', facts };
}
