import { withoutSecrets } from '../domain/withhold-secrets';
import type { PresentedCredential } from '../ingest/received-submission';

export interface PathAndCredentials {
  /** Path without the credential, decoded no further. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly credentials: readonly PresentedCredential[];
}

/** Longest request target that is looked at, in characters. */
const maxTargetLength = 4096;
/**
 * Most credentials that are looked at, the first ones. Agents send one or two; each that looks like a token costs an HMAC,
 * and hundreds fit into the headers of one request.
 */
export const maxCredentials = 8;
const pathKey = /\/k\/(gr[a-z]_[^/]*)(?=\/|$)/;

/**
 * Collects what may be a credential: header, Authorization, path. All agents send Basic; with the key in the URL's
 * userinfo it stands as user or as password, and either place is fine.
 */
export function presentedCredentials(target: string, rawHeaders: readonly string[]): PathAndCredentials {
  const bounded = target.slice(0, maxTargetLength).replace(/^https?:\/\/[^/?#]*/i, '');
  const question = bounded.indexOf('?');
  const wholePath = question < 0 ? bounded : bounded.slice(0, question);
  const query = new URLSearchParams(question < 0 ? '' : bounded.slice(question + 1));
  const inPath = pathKey.exec(wholePath);
  const credentials: PresentedCredential[] = [];
  for (let i = 0; i + 1 < rawHeaders.length && credentials.length < maxCredentials; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    const value = rawHeaders[i + 1] ?? '';
    if (name === 'x-registration-key') credentials.push({ carrier: 'header', text: value.trim() });
    if (name === 'authorization') credentials.push(...fromAuthorization(value));
  }
  if (inPath !== null && credentials.length < maxCredentials)
    credentials.push({ carrier: 'path', text: inPath[1] ?? '' });
  // A key in another place of the path is no credential, and must not be shown with the URL that was seen.
  const path = withoutSecrets(inPath === null ? wholePath : wholePath.replace(inPath[0], ''));
  return { path, query, credentials: credentials.slice(0, maxCredentials) };
}

function fromAuthorization(value: string): PresentedCredential[] {
  const [scheme = '', text = ''] = value.trim().split(/\s+/, 2);
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return [{ carrier: 'bearer', text }];
    case 'basic': {
      const pair = Buffer.from(text, 'base64').toString();
      const colon = pair.indexOf(':');
      if (colon < 0) return [{ carrier: 'basic', text: pair }];
      return [
        { carrier: 'basic', text: pair.slice(colon + 1) },
        { carrier: 'basic', text: pair.slice(0, colon) },
      ];
    }
    default:
      return [{ carrier: 'basic', text: value }];
  }
}
