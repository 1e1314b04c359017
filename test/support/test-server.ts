import { rmSync } from 'node:fs';
import path from 'node:path';
import { acquireEmbedded, type EmbeddedServer } from '../../src/store/embedded/acquire-embedded';

/** A crash of the machine may cost test data, so nothing waits for the disk. */
const hastySettings = {
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  max_connections: '200',
};

const dataDir = path.resolve(__dirname, '../../.test-postgres/server');

/** The server that all test runs in this checkout share; the last of them stops it. */
export async function acquireTestServer(): Promise<EmbeddedServer> {
  const options = { extraSettings: hastySettings, startTimeoutMs: 60_000 };
  try {
    return await acquireEmbedded(dataDir, options);
  } catch (error) {
    // Without fsync a cluster does not outlive a power cut. It holds nothing of worth: begin anew, once.
    console.warn(`The test database is made anew, as the old one did not start: ${String(error)}`);
    rmSync(dataDir, { recursive: true, force: true });
    return await acquireEmbedded(dataDir, options);
  }
}
