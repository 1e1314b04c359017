import { isDeepStrictEqual } from 'node:util';
import { nameLine, parseX509 } from '../domain/client-certificate';
import { Problem, type FieldError } from '../domain/problem';
import { SealBroken } from '../domain/sealed-text';
import { readTlsPair } from '../domain/tls-pair';
import {
  isLoopback,
  postUrlOf,
  tokenUrlFault,
  type CredentialKind,
  type Upstream,
  type UpstreamCredential,
  type UpstreamKind,
} from '../domain/upstream';
import type { ProbeReport, ProbeUpstream } from '../forward/ports';
import { enqueueAssets } from '../store/forwarding/enqueue';
import * as store from '../store/forwarding/upstreams';
import type { AdminDeps, Caller, Transaction } from './admin-deps';
import { recordAudit } from './record-audit';
import { openUpstream, sealUpstream } from './upstream-secrets';

export interface ProbeDeps extends AdminDeps {
  readonly probeUpstream: ProbeUpstream;
}

/** As an admin writes it; the secrets in it are never shown again. */
export interface UpstreamInput {
  readonly kind?: UpstreamKind;
  readonly url: string;
  readonly credential?: UpstreamCredential | undefined;
  readonly tls?: Partial<Upstream['tls']> | undefined;
  readonly proxy?: string | undefined;
}

export interface UpstreamView {
  readonly kind: UpstreamKind;
  readonly url: string;
  readonly credential: {
    readonly kind: CredentialKind;
    readonly user: string | null;
    readonly clientId: string | null;
    readonly tokenUrl: string | null;
    /** Of the client certificate. */
    readonly certificateSubject: string | null;
    readonly certificateNotAfter: string | null;
  };
  readonly proxy: string | null;
  /** Subject of the authority that is trusted in the place of the usual ones. */
  readonly caSubject: string | null;
  /** Of GLPI_URL, or of the registration as a relay: changed there only. */
  readonly fromSettings: boolean;
  readonly changedAt: string;
}

/** Throws Problem `upstream_missing`. */
export async function getUpstream(deps: AdminDeps, caller: Caller): Promise<UpstreamView> {
  return viewOf(await requireUpstream(deps.db, caller.instanceId));
}

export async function requireUpstream(
  db: Transaction,
  instanceId: number,
): Promise<store.StoredUpstream & store.UpstreamState> {
  const upstream = await store.findUpstream(db, instanceId);
  if (upstream !== undefined) return upstream;
  throw new Problem(
    'upstream_missing',
    'The instance forwards to nowhere: its inventories are stored here only. Set GLPI_URL, or gatehouse upstream set.',
  );
}

/**
 * From now on accepted inventories go there. When there was none before, or another one, everything that is stored
 * goes first. Throws Problem `body_invalid`, `upstream_of_settings`.
 */
export async function setUpstream(
  deps: AdminDeps,
  caller: Caller,
  input: UpstreamInput,
): Promise<UpstreamView> {
  const checked = readUpstream(caller.instanceId, input);
  return await deps.db.transaction().execute(async (trx) => {
    await refuseOfSettings(trx, caller.instanceId);
    await replaceUpstream(deps, trx, caller, { ...checked, fromSettings: false });
    return viewOf(await requireUpstream(trx, caller.instanceId));
  });
}

/** Goes the way to it, and asks for nothing. Throws Problem `upstream_missing`. */
export async function testUpstream(deps: ProbeDeps, caller: Caller): Promise<ProbeReport> {
  const stored = await requireUpstream(deps.db, caller.instanceId);
  try {
    return await deps.probeUpstream(openUpstream(deps.peppers, stored));
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    return {
      ...{ ok: false, failedLayer: 'credential', peer: null, addresses: [], certificate: null, tookMs: 0 },
      detail: 'Its secret was sealed under a pepper that is not given.',
      advice: 'Give that pepper as KEY_PEPPER_PREVIOUS once, or set the upstream again.',
    };
  }
}

/** Nothing is sent any more. What waits is kept, and goes when there is an upstream again. */
export async function removeUpstream(deps: AdminDeps, caller: Caller): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    await refuseOfSettings(trx, caller.instanceId);
    await end(deps, trx, caller, await requireUpstream(trx, caller.instanceId));
  });
}

/** At a start: what the settings say of the first instance is so, also that they say nothing any more. */
export async function useUpstreamOfSettings(
  deps: Omit<AdminDeps, 'log'>,
  trx: Transaction,
  caller: Caller,
  given: Omit<Upstream, 'instanceId' | 'version'> | undefined,
): Promise<void> {
  const { instanceId } = caller;
  const before = await store.findUpstream(trx, instanceId);
  if (given !== undefined) {
    await replaceUpstream(deps, trx, caller, { ...given, instanceId, fromSettings: true });
  } else if (before?.fromSettings === true && before.credentialKind !== 'registration') {
    await end(deps, trx, caller, before);
  }
}

/** This gateway was a relay and is none any more. Another one on the same database that never was has nothing to end. */
export async function endRelay(
  deps: Omit<AdminDeps, 'log'>,
  trx: Transaction,
  caller: Caller,
): Promise<void> {
  const before = await store.findUpstream(trx, caller.instanceId);
  if (before?.credentialKind === 'registration') await end(deps, trx, caller, before);
}

async function end(
  deps: Omit<AdminDeps, 'log'>,
  trx: Transaction,
  caller: Caller,
  { url }: store.StoredUpstream,
): Promise<void> {
  await store.deleteUpstream(trx, caller.instanceId);
  await recordAudit(deps, trx, caller, 'upstream.remove', String(caller.instanceId), { url });
}

async function refuseOfSettings(trx: Transaction, instanceId: number): Promise<void> {
  const upstream = await store.findUpstream(trx, instanceId);
  if (upstream?.fromSettings !== true) return;
  // Of a relay whose registration is gone: no gateway leads it, and no start removes it.
  if (upstream.credentialKind === 'registration' && !upstream.isLed) return;
  throw new Problem(
    'upstream_of_settings',
    'GLPI_URL, or the registration as a relay, says where this instance forwards to: change or remove it there.',
  );
}

async function replaceUpstream(
  deps: Omit<AdminDeps, 'log'>,
  trx: Transaction,
  caller: Caller,
  { fromSettings, ...upstream }: Omit<Upstream, 'version'> & { readonly fromSettings: boolean },
): Promise<void> {
  const { instanceId, kind, url } = upstream;
  const before = await store.findUpstream(trx, instanceId);
  const { credential, secret } = sealUpstream(deps, upstream);
  const changedAt = deps.now();
  const stored = { instanceId, kind, url, credentialKind: upstream.credential.kind, credential, secret };
  if (before !== undefined && fromSettings && isSame(deps, before, upstream)) return;
  await store.putUpstream(trx, { ...stored, fromSettings, changedAt });
  const isOther = before?.url !== url || before.kind !== kind;
  const resent = isOther ? await enqueueAssets(trx, instanceId, {}, changedAt) : 0;
  const detail = { kind, url, credential: upstream.credential.kind, before: before?.url, resent };
  await recordAudit(deps, trx, caller, 'upstream.set', String(instanceId), detail);
}

/** A start with the settings that it had changes nothing and leaves no trace. */
function isSame(
  { peppers }: Pick<AdminDeps, 'peppers'>,
  before: store.StoredUpstream,
  now: Omit<Upstream, 'version'>,
): boolean {
  if (!before.fromSettings || before.secret?.pepperId === peppers.previous?.id) return false;
  try {
    return isDeepStrictEqual(openUpstream(peppers, before), { ...now, version: before.version });
  } catch (error) {
    if (error instanceof SealBroken) return false;
    throw error;
  }
}

/** Throws Problem `body_invalid` that names every fault; quotes no secret. */
function readUpstream(instanceId: number, input: UpstreamInput): Omit<Upstream, 'version'> {
  const { kind = 'glpi', credential = { kind: 'none' }, tls = {}, proxy } = input;
  const errors: FieldError[] = [];
  const url = postUrlOf(kind, input.url);
  if (url === undefined) {
    errors.push({ field: '/url', message: 'must be an http or https URL without user, query and #' });
  }
  if (credential.kind !== 'none' && url?.startsWith('http:') === true && !isLoopback(url)) {
    errors.push({ field: '/url', message: 'must be https: the credential would be readable on the way' });
  }
  if (credential.kind === 'basic' && credential.user.includes(':')) {
    errors.push({ field: '/credential/user', message: 'must not have a colon in it' });
  }
  const tokenFault =
    credential.kind === 'oauth' && credential.tokenUrl !== undefined
      ? tokenUrlFault(credential.tokenUrl)
      : undefined;
  if (tokenFault !== undefined) errors.push({ field: '/tokenUrl', message: tokenFault });
  if (proxy !== undefined && postUrlOf('glpi', proxy) === undefined) {
    errors.push({ field: '/proxy', message: 'must be an http or https URL without user, query and #' });
  }
  errors.push(...tlsErrors(tls));
  if (errors.length > 0 || url === undefined) {
    throw new Problem('body_invalid', 'The upstream is not valid.', errors);
  }
  const { ca, certificate, key } = tls;
  return { instanceId, kind, url, credential, tls: { ca, certificate, key }, proxy };
}

function tlsErrors({ ca, certificate, key }: Partial<Upstream['tls']>): FieldError[] {
  const errors: FieldError[] = [];
  if (ca !== undefined && parseX509(ca) === undefined) {
    errors.push({ field: '/tls/ca', message: 'holds no certificate in PEM' });
  }
  if (certificate === undefined && key === undefined) return errors;
  const read = readTlsPair(certificate ?? '', key ?? '');
  for (const fault of read.ok ? [] : read.faults) {
    const field = fault.startsWith('TLS_CERT_FILE') ? '/tls/certificate' : '/tls/key';
    errors.push({
      field,
      message: fault.replaceAll('TLS_CERT_FILE', 'certificate').replaceAll('TLS_KEY_FILE', 'key'),
    });
  }
  return errors;
}

function viewOf(upstream: store.StoredUpstream): UpstreamView {
  const { kind, url, credentialKind, credential, fromSettings, changedAt } = upstream;
  const x509 = credential.certificate === undefined ? undefined : parseX509(credential.certificate);
  return {
    kind,
    url,
    credential: {
      kind: credentialKind,
      user: credential.user ?? null,
      clientId: credential.clientId ?? null,
      tokenUrl: credential.tokenUrl ?? null,
      certificateSubject: subjectOf(credential.certificate),
      certificateNotAfter: x509?.validToDate.toISOString() ?? null,
    },
    proxy: credential.proxy ?? null,
    caSubject: subjectOf(credential.ca),
    fromSettings,
    changedAt: changedAt.toISOString(),
  };
}

function subjectOf(pem: string | undefined): string | null {
  const x509 = pem === undefined ? undefined : parseX509(pem);
  return x509 === undefined ? null : nameLine(x509.subject);
}
