import type { Upstream } from '../../domain/upstream';
import { openPath, type PathOptions } from '../../reach/open-path';
import { openUpstreamClient, type UpstreamClient } from '../../upstream/upstream-client';
import { exitCodes } from '../exit-code';
import { failed, ok, type Check, type Place } from './check';
import { walk } from './walk';

/** The GLPI that inventories are passed on to: the way to it, and whether an inventory would be taken. Leaves nothing there. */
export async function examineGlpi(upstream: Upstream, path: PathOptions, now: () => Date): Promise<Check[]> {
  const place: Place = { target: 'GLPI', url: upstream.url };
  const url = new URL(upstream.url);
  // As forwarding goes: by its own proxy and authorities, not by those of the environment.
  const env = upstream.proxy === undefined ? {} : { HTTPS_PROXY: upstream.proxy, HTTP_PROXY: upstream.proxy };
  const way = { ...path, env, ca: upstream.tls.ca };
  const { checks, answer } = await walk(
    place,
    url,
    async (facts) => {
      const opened = await openPath(url, way, facts);
      opened.socket.destroy();
      return true;
    },
    now(),
  );
  if (answer === undefined) return [...checks];
  const client = openUpstreamClient(upstream, { timeoutMs: path.timeoutMs, maxConnections: 1 }, now);
  try {
    return [...checks, judged(place, await client.probe())];
  } finally {
    await client.close();
  }
}

function judged(place: Place, judgement: Awaited<ReturnType<UpstreamClient['probe']>>): Check {
  if (judgement.kind === 'delivered') return ok(place, 'service', 'answers, and takes what agents send');
  const { why, detail } = judgement;
  // The refusal of a question that it does not answer is what a GLPI says that would take an inventory.
  if (judgement.kind === 'refused') return ok(place, 'service', 'a GLPI answers, and takes inventories');
  const nextStep = nextSteps[why] ?? 'Try again in a while: what is to go there waits.';
  const exitCode = why === 'credential_refused' ? exitCodes.refused : exitCodes.unreachable;
  return failed(place, 'service', { what: `${why.replaceAll('_', ' ')}: ${detail}`, nextStep, exitCode });
}

const nextSteps: Readonly<Partial<Record<string, string>>> = {
  inventory_disabled: 'Enable it there: Administration → Inventory → Enable inventory.',
  maintenance: 'GLPI is in maintenance: what is to go there waits.',
  database_down: 'Its database is down: what is to go there waits.',
  credential_refused: 'Check GLPI_USER and GLPI_PASSWORD, or the OAuth client.',
  wrong_url: 'Check GLPI_URL: the root of GLPI, or the URL that agents had.',
  not_glpi: 'Check GLPI_URL: something else answers there.',
};
