import { openGateway, type Gateway } from '../gateway';
import type { Context } from './context';
import { openDatabaseServer } from './open-database-server';
import { readPeppers } from '../settings/pepper';
import type { Settings } from '../settings/settings';
import { gatewayOptions } from './serve/gateway-options';

export type Explained = Awaited<ReturnType<Gateway['explain']>>;

/** Opens the same gateway that serves, without listening, and asks it. Throws Problem `not_found` for the kid. */
export async function explainInventory(
  context: Context,
  settings: Settings,
  kid: string,
  body: Buffer,
): Promise<Explained> {
  // First the session that all commands use: it says what is missing when the database was never set up.
  const instanceId = await context.withAdmin((_admin, caller) => Promise.resolve(caller.instanceId));
  const note = (line: string): void => {
    context.note(line);
  };
  const server = await openDatabaseServer(settings, { waitMs: 0, note });
  try {
    const options = gatewayOptions(settings, server.url, readPeppers(settings), context.log('stderr'));
    const gateway = await openGateway(options);
    try {
      return await gateway.explain({ instanceId, kid, body });
    } finally {
      await gateway.close();
    }
  } finally {
    await server.release();
  }
}
