import type { GlpiApi, GlpiApiCredentials } from './glpi-api';
import { openHighLevelApi } from './high-level-api';
import { createHttpCall, type CallLimits, type CallWay } from './http-call';
import { openLegacyApi } from './legacy-api';

/** The longest answer is a page of 200 entities, about 1 MB with all their columns. */
export const defaultCallLimits: CallLimits = { timeoutMs: 30_000, maxAnswerBytes: 16 * 1024 * 1024 };

/**
 * Begins a conversation with the API that the credentials are for. `baseUrl`: of GLPI itself, e.g. `https://host/glpi`.
 * Throws GlpiFault.
 */
export async function openGlpiApi(
  baseUrl: string,
  credentials: GlpiApiCredentials,
  limits: CallLimits = defaultCallLimits,
  way: CallWay = {},
): Promise<GlpiApi> {
  const call = createHttpCall(baseUrl, limits, way);
  return credentials.api === 'legacy'
    ? openLegacyApi(call, credentials)
    : openHighLevelApi(call, credentials);
}
