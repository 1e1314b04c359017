import { stopServer } from './server-in-use';

/** Also after failed tests. */
export default async function globalTeardown(): Promise<void> {
  await stopServer();
}
