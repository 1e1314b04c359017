import { acquireTestServer } from './test-server';
import { ensureTemplate } from './test-template';
import { keepServer, stopServer } from './server-in-use';

/** Workers start after this and inherit the environment. */
export default async function globalSetup(): Promise<void> {
  const given = process.env.TEST_DATABASE_URL;
  let url = given;
  if (url === undefined || url === '') {
    const server = await acquireTestServer();
    keepServer(server);
    url = server.url;
    // Jest does not run the teardown when it is interrupted.
    for (const [signal, status] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      process.once(signal, () => void stopServer().finally(() => process.exit(status)));
    }
  }
  try {
    process.env.GATEHOUSE_TEST_SERVER = url;
    process.env.GATEHOUSE_TEST_TEMPLATE = await ensureTemplate(url);
  } catch (error) {
    await stopServer();
    throw error;
  }
}
