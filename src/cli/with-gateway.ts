import type { Caller } from '../admin/admin-deps';
import { openGateway, type Gateway } from '../gateway/open-gateway';
import { readPeppers } from '../settings/pepper';
import type { Context } from './context';
import { openDatabaseServer } from './open-database-server';
import { gatewayOptions } from './serve/gateway-options';

/** Opens the same gateway that serves, without listening, for commands that run the pipeline. */
export async function withGateway<T>(
  context: Context,
  work: (gateway: Gateway, caller: Caller) => Promise<T>,
): Promise<T> {
  const settings = context.settings();
  // First the session that all commands use: it says what is missing when the database was never set up.
  const caller = await context.withAdmin((_admin, of) => Promise.resolve(of));
  const note = (line: string): void => {
    context.note(line);
  };
  const server = await openDatabaseServer(settings, { waitMs: 0, note });
  try {
    const options = gatewayOptions(settings, server.url, readPeppers(settings), context.log('stderr'));
    // A command passes nothing on: whoever serves does.
    const gateway = await openGateway({ ...options, forwarding: undefined });
    try {
      return await work(gateway, caller);
    } finally {
      await gateway.close();
    }
  } finally {
    await server.release();
  }
}
