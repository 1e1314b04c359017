import { Problem } from '../../domain/problem';
import type { GlpiApi } from '../../glpi/glpi-api';
import { GlpiFault } from '../../glpi/glpi-fault';
import { openGlpiApi } from '../../glpi/open-glpi-api';
import type { AdminDeps } from '../admin-deps';
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
  try {
    const api = await openGlpiApi(url, credentials);
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
