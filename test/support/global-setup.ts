import { acquireTestServer } from './test-server';
import { ensureTemplate } from './test-template';
import { startWatch } from './secret-watch';
import { keepServer, stopServer } from './server-in-use';

/** Workers start after this and inherit the environment. */
export default async function globalSetup(): Promise<void> {
  startWatch();
  const given = process.env.TEST_DATABASE_URL;
  let url = given;
  if (url === undefined || url === '') {
    const server = await acquireTestServer();
    keepServer(server);
    url = server.url;
    stopOnSignal();
  }
  try {
    process.env.GATEHOUSE_TEST_SERVER = url;
    process.env.GATEHOUSE_TEST_TEMPLATE = await ensureTemplate(url);
  } catch (error) {
    await stopServer();
    throw error;
  }
}

/** Jest does not run the teardown when it is interrupted. npm and the terminal may both send the same signal. */
function stopOnSignal(): void {
  let isStopping = false;
  const stop = (status: number) => () => {
    if (isStopping) return;
    isStopping = true;
    void stopServer().finally(() => process.exit(status));
  };
  process.on('SIGINT', stop(130));
  process.on('SIGTERM', stop(143));
}
