import { Problem, type FieldError } from '../domain/problem';
import type { UpstreamCredential, UpstreamKind } from '../domain/upstream';
import type { UpstreamInput } from './upstream';

/** An upstream as the API and the command line take it: each field on its own, at most one credential. */
export interface UpstreamFields {
  readonly kind?: UpstreamKind;
  readonly url: string;
  /** Basic. */
  readonly user?: string;
  readonly password?: string;
  /** OAuth client of GLPI 11. */
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly tokenUrl?: string;
  /** Fixed bearer token. */
  readonly token?: string;
  /** PEM of the authority that is trusted in the place of the usual ones. */
  readonly ca?: string;
  /** PEM of the client certificate and its key. */
  readonly certificate?: string;
  readonly key?: string;
  readonly proxy?: string;
}

/** Throws Problem `body_invalid`. */
export function upstreamInputOf(fields: UpstreamFields): UpstreamInput {
  const { kind, url, ca, certificate, key, proxy } = fields;
  return {
    ...(kind === undefined ? {} : { kind }),
    ...{ url, credential: credentialOf(fields), tls: { ca, certificate, key }, proxy },
  };
}

function credentialOf(fields: UpstreamFields): UpstreamCredential {
  const { user, password, clientId, clientSecret, tokenUrl, token } = fields;
  const errors: FieldError[] = [];
  const belongs = (field: string, value: unknown, to: string, isThere: boolean): void => {
    if (value !== undefined && !isThere) errors.push({ field: `/${field}`, message: `goes with ${to}` });
  };
  belongs('user', user, 'password', password !== undefined);
  belongs('password', password, 'user', user !== undefined);
  belongs('clientId', clientId, 'clientSecret', clientSecret !== undefined);
  belongs('clientSecret', clientSecret, 'clientId', clientId !== undefined);
  belongs('tokenUrl', tokenUrl, 'clientId', clientId !== undefined);
  const kinds = [user ?? password, clientId ?? clientSecret, token].filter((value) => value !== undefined);
  if (kinds.length > 1) errors.push({ field: '', message: 'give one credential only' });
  if (errors.length > 0) throw new Problem('body_invalid', 'The credential is not valid.', errors);
  if (user !== undefined && password !== undefined) return { kind: 'basic', user, password };
  if (token !== undefined) return { kind: 'bearer', token };
  if (clientId === undefined || clientSecret === undefined) return { kind: 'none' };
  return { kind: 'oauth', clientId, clientSecret, tokenUrl };
}
