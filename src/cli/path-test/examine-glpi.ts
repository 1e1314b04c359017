import type { Upstream } from '../../domain/upstream';
import { probeUpstream } from '../../upstream/probe-upstream';
import { exitCodes } from '../exit-code';
import { failed, ok, skipped, type Check, type CheckLayer, type Place } from './check';

type Report = Awaited<ReturnType<typeof probeUpstream>>;
type ProbedLayer = NonNullable<Report['failedLayer']>;

/**
 * The GLPI that inventories are passed on to: the way to it, the credential, and whether an inventory would be taken.
 * Leaves nothing there. The server of a relay is tried as what it is registered with.
 */
export async function examineGlpi(upstream: Upstream, now: () => Date): Promise<Check[]> {
  if (upstream.credential.kind === 'registration') return [];
  const place: Place = { target: 'GLPI', url: upstream.url };
  const report = await probeUpstream(upstream, now);
  const steps = stepsOf(upstream);
  const end = report.failedLayer === null ? steps.length : steps.indexOf(report.failedLayer);
  return steps.map((step, i) => {
    const layer = layerOf[step];
    if (i > end) return skipped(place, layer, 'not come to');
    if (i < end) return ok(place, layer, textOf(step, report));
    return failed(place, layer, {
      what: report.detail ?? 'failed',
      nextStep: report.advice ?? 'See docs/forwarding.md.',
      exitCode: step === 'credential' ? exitCodes.refused : exitCodes.unreachable,
    });
  });
}

function stepsOf({ url, proxy }: Upstream): ProbedLayer[] {
  const tls: ProbedLayer[] = url.startsWith('https:') ? ['tls'] : [];
  return ['dns', proxy === undefined ? 'tcp' : 'proxy', ...tls, 'http', 'credential', 'glpi'];
}

const layerOf: Readonly<Record<ProbedLayer, CheckLayer>> = {
  ...{ dns: 'dns', tcp: 'tcp', proxy: 'proxy', tls: 'tls', http: 'http', credential: 'key', glpi: 'service' },
};

function textOf(step: ProbedLayer, { addresses, peer, certificate }: Report): string {
  switch (step) {
    case 'dns':
      return addresses.slice(0, 4).join(', ');
    case 'tcp':
    case 'proxy':
      return `connected to ${peer ?? 'it'}`;
    case 'tls':
      return certificate === null
        ? 'good'
        : `${certificate.subject}, good until ${certificate.notAfter.slice(0, 10)}`;
    case 'http':
      return 'answers';
    case 'credential':
      return 'lets us in';
    case 'glpi':
      return 'is a GLPI that takes inventories';
  }
}
