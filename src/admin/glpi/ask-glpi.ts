import { Problem } from '../../domain/problem';
import { SealBroken } from '../../domain/sealed-text';
import type { GlpiApi } from '../../glpi/glpi-api';
import { GlpiFault } from '../../glpi/glpi-fault';
import type { CallWay } from '../../glpi/http-call';
import { defaultCallLimits, openGlpiApi } from '../../glpi/open-glpi-api';
import { findUpstream } from '../../store/forwarding/upstreams';
import type { AdminDeps } from '../admin-deps';
import { openUpstream } from '../upstream-secrets';
import { glpiAccess } from './api-credentials';

/**
 * A conversation with the GLPI of an instance. Throws Problem `glpi_api_missing`, and `glpi_unavailable` with what broke
 * and what to do for every GlpiFault.
 */
export async function askGlpi<T>(
  deps: Pick<AdminDeps, 'db' | 'peppers'>,
  instanceId: number,
  work: (api: GlpiApi) => Promise<T>,
): Promise<T> {
  const { url, credentials } = await glpiAccess(deps, instanceId);
  const way = await wayTo(deps, instanceId, url);
  try {
    const api = await openGlpiApi(url, credentials, defaultCallLimits, way);
    try {
      return await work(api);
    } finally {
      await api.close();
    }
  } catch (error) {
    throw asProblem(error);
  }
}

/** What a GlpiFault is for the caller; anything else stays what it is. */
export function asProblem(error: unknown): unknown {
  if (!(error instanceof GlpiFault)) return error;
  return new Problem('glpi_unavailable', `${error.message} ${error.advice}`);
}

/** The API of the GLPI that inventories go to is reached as they are: CA, client certificate, proxy. */
async function wayTo(
  { db, peppers }: Pick<AdminDeps, 'db' | 'peppers'>,
  instanceId: number,
  url: string,
): Promise<CallWay> {
  const stored = await findUpstream(db, instanceId);
  // A client certificate is shown to nobody else.
  if (stored === undefined || new URL(stored.url).origin !== new URL(url).origin) return {};
  try {
    const { tls, proxy } = openUpstream(peppers, stored);
    return { ...tls, proxy };
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    throw new Problem(
      'glpi_unavailable',
      'The upstream was sealed under a pepper that is not given. Set it again.',
    );
  }
}
