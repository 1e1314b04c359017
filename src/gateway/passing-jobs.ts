import { openUpstream } from '../admin/upstream-secrets';
import type { Peppers } from '../domain/pepper';
import { rootUrlOf } from '../domain/upstream';
import { createJobPass, type JobPass } from '../jobs/pass-jobs';
import type { JobUpstream } from '../jobs/ports';
import type { Log } from '../observability/log';
import { readNetworkOptions } from '../protocol/network-options';
import type { Database } from '../store/database';
import { findUpstream } from '../store/forwarding/upstreams';
import { isPinnedAgent } from '../store/pinned-agents';
import { openUpstreamClient, type UpstreamClient } from '../upstream/upstream-client';

export interface PassingJobs {
  readonly database: Database;
  readonly peppers: Peppers;
  readonly now: () => Date;
  readonly log: Log;
}

/** Agents wait 180 s for an answer; GLPI needs a few for the jobs of a large network. */
const jobTimeoutMs = 60_000;
/** Of one process: what is beyond is answered as if there were no jobs, and asked for again. */
const maxConcurrentJobs = 16;

/** Wires what passes jobs of GLPI on. */
export function openPassingJobs({
  database,
  peppers,
  now,
  log,
}: PassingJobs): JobPass & { close(): Promise<void> } {
  const clients = new Map<number, { readonly version: number; readonly client: UpstreamClient }>();

  async function upstreamOf(instanceId: number): Promise<JobUpstream | undefined> {
    const stored = await findUpstream(database.db, instanceId);
    const known = clients.get(instanceId);
    if (known !== undefined && known.version !== stored?.version) {
      clients.delete(instanceId);
      await known.client.close();
    }
    if (stored?.kind !== 'glpi') return undefined;
    let client = clients.get(instanceId)?.client;
    if (client === undefined) {
      const limits = { timeoutMs: jobTimeoutMs, maxConnections: maxConcurrentJobs };
      client = openUpstreamClient(openUpstream(peppers, stored), limits, now);
      clients.set(instanceId, { version: stored.version, client });
    }
    return asked(client);
  }

  const pass = createJobPass({
    ports: { isPinnedAgent: (agent) => isPinnedAgent(database.pool, agent), upstreamOf },
    readOptions: readNetworkOptions,
    maxConcurrentJobs,
    onTrouble: (what) => {
      log.warn(`jobs are not passed on: ${what}`);
    },
  });
  return {
    ...pass,
    close: async () => {
      await Promise.all([...clients.values()].map(({ client }) => client.close()));
    },
  };
}

function asked(client: UpstreamClient): JobUpstream {
  const { url } = client.upstream;
  return {
    rootUrl: rootUrlOf(url),
    postUrl: url,
    ask: async ({ maxAnswerBytes, ...question }) => {
      const answer = await client.ask({ ...question, maxBytes: maxAnswerBytes });
      if (answer === undefined) return undefined;
      const { status, headers, body } = answer;
      return { status, contentType: headers['content-type'] ?? '', body };
    },
  };
}
