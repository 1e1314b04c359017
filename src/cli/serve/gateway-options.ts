import type { Peppers } from '../../domain/pepper';
import type { GatewayOptions } from '../../gateway/gateway-options';
import type { Log } from '../../observability/log';
import { describeSettings, type Settings } from '../../settings/settings';
import { oidcOfSettings } from '../../settings/oidc';
import { tlsSourceOf } from '../../settings/tls-files';
import { relayCredential } from '../../registration/relay-credential';
import { storeOf } from '../registration-session';
import { programVersion } from '../program-version';

const hourMs = 3_600_000;

/** What the gateway is opened with, from the settings. */
export function gatewayOptions(
  settings: Settings,
  databaseUrl: string,
  peppers: Peppers,
  log: Log,
): GatewayOptions {
  const tlsSource = tlsSourceOf(settings);
  return {
    databaseUrl,
    maxConnections: settings.databaseMaxConnections,
    connectTimeoutMs: settings.databaseConnectTimeoutMs,
    statementTimeoutMs: settings.databaseStatementTimeoutMs,
    peppers,
    origin: { trustedProxies: settings.trustedProxies, headerFamily: settings.forwardedHeaders },
    clientCertHeader: settings.clientCertHeader,
    tls: tlsSource === undefined ? undefined : { source: tlsSource, reloadMs: settings.tlsReloadMs },
    decodeLimits: settings,
    storeLimits: settings,
    rateLimits: settings,
    lateRefusals: settings,
    maxBodyBytes: settings.maxBodyBytes,
    bodyTimeoutMs: settings.bodyTimeoutMs,
    maxInFlight: settings.maxInFlight,
    maxBufferedBytes: settings.maxBufferedBytes,
    forwarding: settings,
    webhooks: settings,
    software: {},
    expirationHours: settings.inventoryExpirationHours,
    glpiVersion: settings.glpiVersion,
    sessionRules: settings,
    agentsSilentDays: settings.agentsSilentDays,
    maxEventStreams: settings.maxEventStreams,
    registration: {
      validateEveryMs: settings.registrationValidateHours * hourMs,
      graceMs: settings.registrationGraceDays * 24 * hourMs,
      maxRegistrationsPerKey: settings.maxRegistrationsPerKey,
    },
    oidc: oidcOfSettings(settings),
    effectiveSettings: describeSettings(settings),
    relayCredential: relayCredential(storeOf(settings), () => new Date()),
    version: programVersion(),
    log,
  };
}
