import type { Upstream } from '../domain/upstream';
import { adviceOn } from '../forward/advice';
import type { Judgement } from '../forward/judge-answer';
import type { ProbedLayer, ProbeReport } from '../forward/ports';
import { openPath, type PathFacts } from '../reach/open-path';
import { PathTrouble, type Layer } from '../reach/path-trouble';
import { openUpstreamClient } from './upstream-client';
import type { HttpLimits } from './upstream-http';

/** For each step. */
const timeoutMs = 15_000;

/** A prolog: GLPI answers it as it would an inventory, and stores nothing of it (measured on GLPI 10.0.16). */
const prolog = {
  body: Buffer.from(
    '<?xml version="1.0" encoding="UTF-8"?><REQUEST><DEVICEID>gatehouse-test</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>',
  ),
  headers: { 'content-type': 'application/xml', 'user-agent': 'Gatehouse' },
};

/** A client that asks for nothing: as far as an inventory would come, and nothing is stored. */
export type OpenProbe = (
  upstream: Upstream,
  limits: HttpLimits,
  now: () => Date,
) => { ask(): Promise<Judgement>; close(): Promise<void> };

const openForProlog: OpenProbe = (upstream, limits, now) => {
  const client = openUpstreamClient(upstream, limits, now);
  return { ask: () => client.post(prolog), close: () => client.close() };
};

/** Goes the way to an upstream step by step, and asks it for nothing. Says where it ends and what to do about it. */
export async function probeUpstream(
  upstream: Upstream,
  now: () => Date,
  open: OpenProbe = openForProlog,
): Promise<ProbeReport> {
  const begun = now().getTime();
  const facts: PathFacts = {};
  const trouble = (await walk(upstream, facts)) ?? (await ask(upstream, now, open));
  const { certificate } = facts;
  return {
    ok: trouble === undefined,
    failedLayer: trouble?.layer ?? null,
    detail: trouble?.detail ?? null,
    advice: trouble?.advice ?? null,
    peer: facts.peer ?? null,
    addresses: facts.addresses ?? [],
    certificate:
      certificate === undefined
        ? null
        : {
            ...{ subject: certificate.subject, issuer: certificate.issuer },
            notAfter: certificate.notAfter.toISOString(),
          },
    tookMs: now().getTime() - begun,
  };
}

interface Trouble {
  readonly layer: ProbedLayer;
  readonly detail: string;
  readonly advice: string | null;
}

/** Name, TCP, proxy and TLS, on a connection that carries nothing. */
async function walk({ url, tls, proxy }: Upstream, facts: PathFacts): Promise<Trouble | undefined> {
  const { ca, certificate, key } = tls;
  const env = proxy === undefined ? {} : { http_proxy: proxy, https_proxy: proxy };
  const client = certificate === undefined || key === undefined ? undefined : { certificate, key };
  try {
    (await openPath(new URL(url), { env, ca, onlyCa: true, client, timeoutMs }, facts)).socket.destroy();
    return undefined;
  } catch (error) {
    if (!(error instanceof PathTrouble)) throw error;
    return { layer: layerOf[error.layer], detail: error.message, advice: ofUpstreams(error.nextStep) };
  }
}

const layerOf: Readonly<Record<Layer, ProbedLayer>> = {
  ...{ url: 'dns', dns: 'dns', tcp: 'tcp', proxy: 'proxy', tls: 'tls', http: 'http' },
};

/** The way is the same for whoever goes it; what it is set by is not. */
function ofUpstreams(nextStep: string): string {
  return nextStep
    .replaceAll('--ca FILE (REGISTRATION_CA_FILE)', 'GLPI_CA_FILE (gatehouse upstream set --ca-file)')
    .replaceAll('--ca FILE', 'GLPI_CA_FILE (gatehouse upstream set --ca-file)')
    .replaceAll(/HTTPS_PROXY(=\S+| and HTTP_PROXY)?/g, 'GLPI_PROXY (gatehouse upstream set --proxy)')
    .replaceAll(/,? or name the server in NO_PROXY/g, '');
}

/** HTTP, credential and GLPI itself: as an inventory would go. */
async function ask(upstream: Upstream, now: () => Date, open: OpenProbe): Promise<Trouble | undefined> {
  const client = open(upstream, { timeoutMs, maxConnections: 1 }, now);
  try {
    const judgement = await client.ask();
    if (judgement.kind === 'delivered') return undefined;
    const { why, detail } = judgement;
    return { layer: judgedLayer(judgement), detail: `${why}: ${detail}`, advice: adviceOn(why) ?? null };
  } finally {
    await client.close();
  }
}

function judgedLayer(judgement: Exclude<Judgement, { kind: 'delivered' }>): ProbedLayer {
  switch (judgement.why) {
    case 'credential_refused':
      return 'credential';
    case 'tls':
      return 'tls';
    case 'maintenance':
    case 'inventory_disabled':
    case 'database_down':
    case 'not_glpi':
    case 'server_error':
    case 'rejected':
    case 'schema':
    case 'pending':
      return 'glpi';
    case 'unreachable':
    case 'unavailable':
    case 'overloaded':
    case 'wrong_url':
    case 'loop':
    case 'too_large':
    case 'answer_cut':
    case 'answer_unreadable':
    case 'timeout':
      return 'http';
  }
}
