import { endWatch } from './secret-watch';
import { stopServer } from './server-in-use';

/** Also after failed tests. A secret in what the run produced fails the run, whichever test let it out. */
export default async function globalTeardown(): Promise<void> {
  await stopServer();
  const found = endWatch();
  if (found.length === 0) return;
  throw new Error(
    `${found.length} secrets in what the gateways of this run logged or stored:\n${found.slice(0, 20).join('\n')}`,
  );
}
