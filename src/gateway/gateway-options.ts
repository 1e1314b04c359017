import type { Registry } from 'prom-client';
import type { OidcSignIn } from '../admin/oidc';
import type { SessionRules } from '../admin/sessions';
import type { EffectiveSettings } from '../admin/settings';
import type { WebhookSettings } from '../admin/webhook-settings';
import type { Peppers } from '../domain/pepper';
import type { TlsSource } from '../domain/tls-pair';
import type { ForwarderSettings } from '../forward/forwarder';
import type { OnDelivered } from '../forward/ports';
import type { ClientCertHeader } from '../http/client-certificate';
import type { LateRefusalLimits } from '../http/late-refusals';
import type { OriginRules } from '../http/request-origin';
import type { RateLimitSettings } from '../ingest/rate-limits';
import type { Log } from '../observability/log';
import type { OidcClientSettings } from '../oidc/provider';
import type { DecodeLimits } from '../protocol/limits';
import type { RegistrationRules } from '../registration/answer-registration';
import type { RelayCredential } from '../registration/relay-credential';
import type { IngestStoreDeps } from '../store/ingest-store';

/** What a gateway is opened with; src/cli makes it from the settings, tests by hand. */
export interface GatewayOptions {
  readonly databaseUrl: string;
  readonly maxConnections: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  readonly peppers: Peppers;
  readonly origin: OriginRules;
  /** Header in which trusted proxies pass client certificates on. */
  readonly clientCertHeader: ClientCertHeader;
  /** Undefined: plain HTTP. */
  readonly tls?: { readonly source: TlsSource; readonly reloadMs: number } | undefined;
  readonly decodeLimits: DecodeLimits;
  readonly storeLimits: IngestStoreDeps['limits'];
  readonly rateLimits: RateLimitSettings;
  readonly lateRefusals: LateRefusalLimits;
  readonly maxBodyBytes: number;
  readonly bodyTimeoutMs: number;
  readonly maxInFlight: number;
  readonly maxBufferedBytes: number;
  readonly expirationHours: number;
  readonly glpiVersion: string;
  readonly sessionRules: SessionRules;
  readonly agentsSilentDays: number;
  readonly maxEventStreams: number;
  readonly registration: RegistrationRules;
  /** Undefined: nobody signs in with an OpenID provider. */
  readonly oidc?: (OidcClientSettings & Pick<OidcSignIn, 'roles' | 'label' | 'signsOutThere'>) | undefined;
  /** For admins to read. */
  readonly effectiveSettings?: EffectiveSettings['items'];
  /** Of the program, as installations that register are told. */
  readonly version: string;
  /** Undefined: this process passes nothing on. */
  readonly forwarding?: (ForwarderSettings & { readonly idleMs?: number }) | undefined;
  /** Undefined: this process sends no webhooks. */
  readonly webhooks?: (WebhookSettings & { readonly idleMs?: number }) | undefined;
  /** Undefined: this process makes no software searchable. */
  readonly software?: { readonly idleMs?: number } | undefined;
  /** Of a relay: what it hands on under. Default: it is none. */
  readonly relayCredential?: () => RelayCredential;
  /** Told of each inventory that the upstream has taken. */
  readonly onDelivered?: OnDelivered;
  /** Of several processes, from the registry of this one; undefined: there is only this one. */
  readonly metricsOf?: (own: Registry) => () => Promise<string>;
  readonly log: Log;
  readonly now?: () => Date;
}
