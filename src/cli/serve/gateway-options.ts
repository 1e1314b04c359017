import type { GatewayOptions } from '../../gateway';
import type { Log } from '../../observability/log';
import type { Settings } from '../../settings/settings';

/** What the gateway is opened with, from the settings. */
export function gatewayOptions(
  settings: Settings,
  databaseUrl: string,
  pepper: Buffer,
  log: Log,
): GatewayOptions {
  return {
    databaseUrl,
    maxConnections: settings.databaseMaxConnections,
    connectTimeoutMs: settings.databaseConnectTimeoutMs,
    statementTimeoutMs: settings.databaseStatementTimeoutMs,
    pepper,
    origin: { trustedProxies: settings.trustedProxies, headerFamily: settings.forwardedHeaders },
    decodeLimits: settings,
    storeLimits: settings,
    rateLimits: settings,
    maxBodyBytes: settings.maxBodyBytes,
    bodyTimeoutMs: settings.bodyTimeoutMs,
    maxInFlight: settings.maxInFlight,
    maxBufferedBytes: settings.maxBufferedBytes,
    expirationHours: settings.inventoryExpirationHours,
    glpiVersion: settings.glpiVersion,
    log,
  };
}
