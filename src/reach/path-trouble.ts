/** Where on the way to a server it ended. */
export const layers = ['url', 'dns', 'tcp', 'proxy', 'tls', 'http'] as const;
export type Layer = (typeof layers)[number];

/** The server was not reached: in which layer, what is wrong, and what to do. */
export class PathTrouble extends Error {
  override readonly name = 'PathTrouble';
  constructor(
    readonly layer: Layer,
    message: string,
    readonly nextStep: string,
    /** Of the system or of TLS: for programs. */
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : 'unknown';
}

export function dnsTrouble(host: string, error: unknown): PathTrouble {
  const code = codeOf(error);
  const isServerDown = code === 'EAI_AGAIN' || code === 'ETIMEOUT';
  return new PathTrouble(
    'dns',
    isServerDown
      ? `The name server does not answer, so ${host} cannot be resolved (${code}).`
      : `The name ${host} is not known (${code}).`,
    isServerDown
      ? 'Check /etc/resolv.conf and the network of this host. Behind a proxy, set HTTPS_PROXY: it resolves names itself.'
      : 'Check the spelling of the URL, or ask for a DNS entry. Behind a proxy, set HTTPS_PROXY.',
    code,
    { cause: error },
  );
}

export function tcpTrouble(host: string, port: number, error: unknown, isProxy: boolean): PathTrouble {
  const code = codeOf(error);
  const what = isProxy ? `the proxy ${host}:${port}` : `${host}:${port}`;
  const refused = code === 'ECONNREFUSED';
  return new PathTrouble(
    isProxy ? 'proxy' : 'tcp',
    refused
      ? `Nothing listens at ${what} (${code}).`
      : code === 'ETIMEDOUT'
        ? `No connection to ${what}: no answer in time (${code}).`
        : `No connection to ${what} (${code}).`,
    refused
      ? isProxy
        ? 'Check HTTPS_PROXY and HTTP_PROXY, or name the server in NO_PROXY.'
        : 'Check the port, and that the server runs.'
      : 'A firewall between here and there drops it, most likely: allow outbound connections, or set HTTPS_PROXY.',
    code,
    { cause: error },
  );
}

/** Code of OpenSSL or Node → what is wrong with the certificate, and what to do. */
const certificateTroubles: Readonly<Record<string, readonly [what: string, nextStep: string]>> = {
  CERT_HAS_EXPIRED: ['has expired', 'Renew it there. If the clock of this host is wrong, set that.'],
  CERT_NOT_YET_VALID: ['is not good yet', 'Check the clock of this host.'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'is for another name',
    'Use the name that stands in the certificate, or give the server one with this name.',
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'is signed by itself',
    'Give its PEM with --ca FILE (REGISTRATION_CA_FILE), or give the server one of an authority.',
  ],
  SELF_SIGNED_CERT_IN_CHAIN: [
    'comes from an authority that this host does not know',
    'Give the PEM of that authority with --ca FILE (REGISTRATION_CA_FILE). Or a proxy opens TLS on the way: use its authority.',
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'comes without those between it and its authority, or from an unknown one',
    'Let the server send the whole chain, or give the PEM of the authority with --ca FILE.',
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'comes from an authority that this host does not know',
    'Give the PEM of that authority with --ca FILE (REGISTRATION_CA_FILE).',
  ],
};

export function tlsTrouble(host: string, error: unknown): PathTrouble {
  const code = codeOf(error);
  const known = certificateTroubles[code];
  if (known !== undefined) {
    return new PathTrouble('tls', `The certificate of ${host} ${known[0]} (${code}).`, known[1], code, {
      cause: error,
    });
  }
  const isNoTls = code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER';
  return new PathTrouble(
    'tls',
    isNoTls ? `${host} does not speak TLS there (${code}).` : `No TLS connection to ${host} (${code}).`,
    isNoTls
      ? 'Check port and scheme: is it http:// there?'
      : 'Something on the way cuts it off, or the server does not take TLS 1.2 or newer.',
    code,
    { cause: error },
  );
}
