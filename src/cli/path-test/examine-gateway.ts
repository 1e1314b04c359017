import { once } from 'node:events';
import { connect } from 'node:net';
import { getInstance } from '../../admin/instances';
import { requireUpstream } from '../../admin/upstream';
import { openUpstream } from '../../admin/upstream-secrets';
import { Problem } from '../../domain/problem';
import type { Upstream } from '../../domain/upstream';
import type { Settings } from '../../settings/settings';
import { hasEmbeddedCluster } from '../admin-session';
import type { Context } from '../context';
import { explainFault } from '../failure';
import { failed, ok, skipped, type Check, type Place } from './check';

/** What a gateway on this host says of itself, when there is one. */
export interface GatewayFacts {
  readonly checks: readonly Check[];
  /** Undefined: the database was not reached, or there is none. */
  readonly known?: { readonly publicUrls: readonly string[]; readonly upstream: Upstream | undefined };
  readonly isRunning: boolean;
}

const databasePlace: Place = { target: 'database', url: null };

/** Looks at the database, and whether the gateway runs. A host that only registers has neither, and needs none. */
export async function examineGateway(context: Context): Promise<GatewayFacts> {
  const settings = context.settings();
  if (settings.databaseUrl === undefined && !hasEmbeddedCluster(settings.dataDir)) {
    const what = 'there is no gateway on this host, or it was never started';
    return { checks: [skipped(databasePlace, 'database', what)], isRunning: false };
  }
  const isRunning = await isListening(settings);
  const place: Place = { target: 'gateway', url: `${settings.host}:${settings.port}` };
  const running = isRunning
    ? ok(place, 'tcp', 'listens')
    : skipped(place, 'tcp', 'nothing listens: the gateway does not run here', 'Start it: gatehouse serve');
  try {
    const known = await context.withAdmin(async (admin, caller) => ({
      publicUrls: (await getInstance(admin, caller)).publicUrls,
      upstream: await requireUpstream(admin.db, caller.instanceId).then(
        (stored) => openUpstream(admin.peppers, stored),
        noneOf,
      ),
    }));
    const what = 'answers, is set up for this version, and fits the pepper';
    return { checks: [ok(databasePlace, 'database', what), running], known, isRunning };
  } catch (error) {
    const { message, nextStep, exitCode } = explainFault(error);
    const said = { what: message, nextStep: nextStep ?? 'gatehouse doctor says more.', exitCode };
    return { checks: [failed(databasePlace, 'database', said), running], isRunning };
  }
}

function noneOf(error: unknown): undefined {
  if (error instanceof Problem && error.code === 'upstream_missing') return undefined;
  throw error;
}

/** Where this machine reaches what listens on HOST. */
export function hostHere(host: string): string {
  return host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
}

/** On this machine: there it answers within a moment, or nothing is there. */
const listenTimeoutMs = 2000;

async function isListening({ host, port }: Settings): Promise<boolean> {
  const socket = connect({ host: hostHere(host), port, timeout: listenTimeoutMs });
  try {
    return await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'timeout').then(() => false),
    ]);
  } catch {
    // Refused, or no such address: said by the caller.
    return false;
  } finally {
    socket.destroy();
  }
}
