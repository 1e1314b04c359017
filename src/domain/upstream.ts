/** Where accepted inventories of an instance go: a GLPI server, or a central Gatehouse that this one is a relay of. */
export type UpstreamKind = 'glpi' | 'gatehouse';

export const upstreamKinds = ['glpi', 'gatehouse'] as const satisfies readonly UpstreamKind[];

/**
 * The one credential that Gatehouse shows upstream. `oauth`: client credentials as GLPI 11 takes them. `bearer`: a
 * fixed token. `registration`: the token of what this installation is registered as, which is kept outside the database
 * and renewed by itself. Secret as a whole but for its public part.
 */
export type UpstreamCredential =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | {
      readonly kind: 'oauth';
      readonly clientId: string;
      readonly clientSecret: string;
      /** Undefined: `/api.php/token` at the root of GLPI. */
      readonly tokenUrl: string | undefined;
    }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'registration' };

export type CredentialKind = UpstreamCredential['kind'];

/** How TLS is spoken with the upstream. PEM texts. */
export interface UpstreamTls {
  /** Certificates of the CAs that are trusted instead of the usual ones. */
  readonly ca: string | undefined;
  readonly certificate: string | undefined;
  /** Secret. */
  readonly key: string | undefined;
}

/** Everything needed to reach an upstream. Holds secrets: never logged, never shown; `UpstreamView` is for people. */
export interface Upstream {
  readonly instanceId: number;
  readonly kind: UpstreamKind;
  /** Where inventories are posted to: scheme, host, path; without user, query and #. */
  readonly url: string;
  readonly credential: UpstreamCredential;
  readonly tls: UpstreamTls;
  /** HTTP proxy to go through, without user. */
  readonly proxy: string | undefined;
  /** Counts up with each change of the above. */
  readonly version: number;
}

/** Seconds that a pause lasts when nobody ends it: null is for ever. */
export interface UpstreamPause {
  readonly at: Date;
  readonly by: string;
  readonly why: string | null;
  readonly until: Date | null;
}

/** Path below which GLPI 10 and 11 take inventories, when the URL names none. */
const inventoryPath: Readonly<Record<UpstreamKind, string>> = {
  glpi: '/front/inventory.php',
  gatehouse: '/front/inventory.php',
};

const maxUrlLength = 2048;

/**
 * The URL to post to, from what a person writes: the root of GLPI gets the path of its inventory added, a URL that
 * names a program or one of the known paths stays. Undefined when it is no http(s) URL without user, query and #.
 */
export function postUrlOf(kind: UpstreamKind, given: string): string | undefined {
  if (given.length > maxUrlLength || !URL.canParse(given)) return undefined;
  const url = new URL(given);
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!isPlain || !/^https?:$/.test(url.protocol)) return undefined;
  const path = url.pathname.replace(/\/+$/, '');
  const isComplete = /\.php$|\/Inventory$|\/(plugins|marketplace)\/(glpi|fusion)inventory$/.test(path);
  url.pathname = isComplete ? url.pathname : `${path}${inventoryPath[kind]}`;
  return url.href;
}

/** The root of GLPI, without slash at its end: what its API and its token URL are relative to. */
export function rootUrlOf(postUrl: string): string {
  const url = new URL(postUrl);
  const root = url.pathname.replace(
    /\/(front\/inventory\.php|Inventory|index\.php|(plugins|marketplace)\/.*)?$/,
    '',
  );
  return `${url.origin}${root}`;
}

/** On the same machine nobody listens in: a credential may go over plain http there. */
export function isLoopback(url: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(new URL(url).hostname);
}

/** What is wrong with a URL that a client's secret is sent to for a token; undefined: nothing. */
export function tokenUrlFault(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    return 'must be an http or https URL without user';
  }
  return url.protocol === 'https:' || isLoopback(text)
    ? undefined
    : "must be https: the client's secret would be readable on the way";
}

/** What binds sealed secrets to their place: those of one instance open for no other. */
export function secretPurpose(instanceId: number): string {
  return `upstream ${instanceId}`;
}
