import type { EmbeddedServer } from '../../src/store/embedded/acquire-embedded';

/**
 * The server that this run holds, from set-up to teardown. Jest loads the two apart, so it hangs on globalThis, under
 * a symbol: what has a name there, Jest's node environment takes apart after each test file (globalsCleanup).
 */
const held = Symbol.for('gatehouse.test-server');
const holder = globalThis as { [held]?: EmbeddedServer | undefined };

export function keepServer(server: EmbeddedServer): void {
  holder[held] = server;
}

export async function stopServer(): Promise<void> {
  const server = holder[held];
  holder[held] = undefined;
  await server?.release();
}
