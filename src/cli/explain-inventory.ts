import type { Gateway } from '../gateway/open-gateway';
import type { Context } from './context';
import { withGateway } from './with-gateway';

export type Explained = Awaited<ReturnType<Gateway['explain']>>;

/** Asks the same gateway that serves. Throws Problem `not_found` for the kid. */
export async function explainInventory(context: Context, kid: string, body: Buffer): Promise<Explained> {
  return await withGateway(context, (gateway, { instanceId }) => gateway.explain({ instanceId, kid, body }));
}
