import { randomBytes } from 'node:crypto';
import { hashesOf, type Peppers } from '../domain/pepper';
import { proxyIdOf } from '../domain/proxy-id';
import { createAgentEndpoint, type AgentEndpoint } from '../http/agent-endpoint';
import { createCertificateReader } from '../http/client-certificate';
import { createLateRefusals, type LateRefusals } from '../http/late-refusals';
import { createRegistrationEndpoint, type AnswerPlace } from '../http/registration-endpoint';
import { createServerNameCheck } from '../http/tls/server-name';
import { issueToken } from '../ingest/access-token';
import { createIngest, type Ingest } from '../ingest/ingest';
import { createRateLimits } from '../ingest/rate-limits';
import type { Validator } from '../ingest/validate';
import type { JobPass } from '../jobs/pass-jobs';
import type { Metrics } from '../observability/metrics';
import type { IngestStore } from '../store/ingest-store';
import type { GatewayOptions } from './gateway-options';
import type { Ground } from './ground';
import type { RequestDoor } from './request-door';

export interface AgentParts extends RequestDoor {
  readonly store: IngestStore;
  readonly validate: Validator;
  readonly jobs: JobPass;
  readonly metrics: Metrics;
}

/** Wires what answers agents, and installations that register here. */
export function answerAgents(options: GatewayOptions, ground: Ground, parts: AgentParts): AgentEndpoint {
  const { peppers, now } = ground;
  const { store, jobs, metrics, resolveOrigin, isUnavailable } = parts;
  const ingest = openPipeline(options, peppers, parts);
  return createAgentEndpoint({
    ...{
      ingest,
      resolveOrigin,
      ...connectionReaders(options, metrics),
      now,
      log: options.log,
      metrics,
      isUnavailable,
    },
    issueToken: (proved, at) => issueToken(proved, at, peppers.active.macOf),
    lateRefusals: openLateRefusals(options, metrics),
    jobs,
    tickets: { macOf: (text) => peppers.active.macOf(text), hashesOf: (text) => hashesOf(peppers, text) },
    answerPlace: answerRegistrations(options, ground, store, ingest),
    limits: options,
  });
}

function openPipeline(
  { rateLimits, decodeLimits, expirationHours, glpiVersion }: GatewayOptions,
  { active, previous }: Peppers,
  { store, validate, jobs, metrics }: AgentParts,
): Ingest {
  return createIngest({
    ports: store,
    validate,
    limits: createRateLimits(rateLimits),
    ownProxyIds: [active, previous].flatMap((pepper) => (pepper === undefined ? [] : [proxyIdOf(pepper)])),
    onUrlMismatch: (kid) => {
      metrics.urlMismatch(kid);
    },
    settings: { decodeLimits, expirationHours, glpiVersion },
    jobs,
  });
}

/** What is read off a connection, beside the request. */
function connectionReaders({ origin, clientCertHeader }: GatewayOptions, metrics: Metrics) {
  const { trustedProxies } = origin;
  return {
    checkServerName: createServerNameCheck(trustedProxies),
    readCertificate: createCertificateReader({
      clientCertHeader,
      trustedProxies,
      onIgnoredHeader: () => {
        metrics.ignoredClientCertificateHeader();
      },
    }),
  };
}

function openLateRefusals(options: GatewayOptions, metrics: Metrics): LateRefusals {
  const lateRefusals = createLateRefusals(options.lateRefusals);
  metrics.watchLateRefusals(() => lateRefusals.waiting);
  return lateRefusals;
}

function answerRegistrations(
  { registration, version }: GatewayOptions,
  { peppers, now }: Ground,
  store: IngestStore,
  ingest: Ingest,
): AnswerPlace {
  const deps = { ingest, ports: store, peppers, random: randomBytes, now };
  return createRegistrationEndpoint({ ...deps, rules: registration, version });
}
