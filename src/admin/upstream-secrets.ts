import { seal, SealBroken, unseal, type SealedText } from '../domain/sealed-text';
import { secretPurpose, type Upstream, type UpstreamCredential } from '../domain/upstream';
import {
  listUpstreams,
  findUpstream,
  resealUpstream,
  type PublicCredential,
  type StoredUpstream,
} from '../store/forwarding/upstreams';
import type { AdminDeps, Transaction } from './admin-deps';

/** What is sealed: everything that would let somebody else in. */
interface UpstreamSecret {
  readonly password?: string;
  readonly clientSecret?: string;
  readonly token?: string;
  readonly key?: string;
}

type Sealing = Pick<AdminDeps, 'peppers' | 'random'>;

/** Takes the credential apart into what may be shown and what is sealed. */
export function sealUpstream(
  deps: Sealing,
  { instanceId, credential, tls, proxy }: Omit<Upstream, 'version'>,
): { readonly credential: PublicCredential; readonly secret: SealedText | undefined } {
  const { shown, hidden } = partsOf(credential);
  const secret: UpstreamSecret = { ...hidden, ...(tls.key === undefined ? {} : { key: tls.key }) };
  return {
    credential: {
      ...shown,
      ...(tls.certificate === undefined ? {} : { certificate: tls.certificate }),
      ...(tls.ca === undefined ? {} : { ca: tls.ca }),
      ...(proxy === undefined ? {} : { proxy }),
    },
    secret:
      Object.keys(secret).length === 0
        ? undefined
        : seal(deps.peppers, JSON.stringify(secret), secretPurpose(instanceId), deps.random),
  };
}

function partsOf(credential: UpstreamCredential): { shown: PublicCredential; hidden: UpstreamSecret } {
  switch (credential.kind) {
    case 'none':
    case 'registration':
      return { shown: {}, hidden: {} };
    case 'basic':
      return { shown: { user: credential.user }, hidden: { password: credential.password } };
    case 'oauth': {
      const { clientId, clientSecret, tokenUrl } = credential;
      return {
        shown: { clientId, ...(tokenUrl === undefined ? {} : { tokenUrl }) },
        hidden: { clientSecret },
      };
    }
    case 'bearer':
      return { shown: {}, hidden: { token: credential.token } };
  }
}

/**
 * Puts it together again, for whoever talks to the upstream.
 * @throws SealBroken when its secret cannot be read with the peppers at hand
 */
export function openUpstream(peppers: AdminDeps['peppers'], stored: StoredUpstream): Upstream {
  const { instanceId, kind, url, version, credential, secret } = stored;
  const hidden =
    secret === undefined
      ? {}
      : (JSON.parse(unseal(peppers, secret, secretPurpose(instanceId))) as UpstreamSecret);
  return {
    ...{ instanceId, kind, url, version },
    credential: joined(stored, hidden),
    tls: { ca: credential.ca, certificate: credential.certificate, key: hidden.key },
    proxy: credential.proxy,
  };
}

function joined({ credentialKind, credential }: StoredUpstream, hidden: UpstreamSecret): UpstreamCredential {
  const { user = '', clientId = '', tokenUrl } = credential;
  switch (credentialKind) {
    case 'none':
    case 'registration':
      return { kind: credentialKind };
    case 'basic':
      return { kind: 'basic', user, password: hidden.password ?? '' };
    case 'oauth':
      return { kind: 'oauth', clientId, clientSecret: hidden.clientSecret ?? '', tokenUrl };
    case 'bearer':
      return { kind: 'bearer', token: hidden.token ?? '' };
  }
}

/**
 * At a start with KEY_PEPPER_PREVIOUS: what was sealed under it is sealed under the active pepper, so that nothing
 * needs the old one afterwards. What neither opens stays as it is; forwarding then says so.
 */
export async function resealUpstreams(deps: Sealing, trx: Transaction): Promise<void> {
  const { active, previous } = deps.peppers;
  if (previous === undefined) return;
  for (const instanceId of await listUpstreams(trx)) {
    const secret = (await findUpstream(trx, instanceId))?.secret;
    if (secret?.pepperId !== previous.id || previous.id === active.id) continue;
    const purpose = secretPurpose(instanceId);
    const text = readable(() => unseal(deps.peppers, secret, purpose));
    if (text === undefined) continue;
    await resealUpstream(trx, instanceId, seal(deps.peppers, text, purpose, deps.random));
  }
}

function readable(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof SealBroken) return undefined;
    throw error;
  }
}
