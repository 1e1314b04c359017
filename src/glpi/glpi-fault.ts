/**
 * Where a conversation with GLPI broke. `network`: no connection. `tls`: its certificate. `timeout`: it took too long.
 * `http`: it answers, but not as an API. `content`: not what the API gives. `credentials`: it does not know them.
 * `rights`: it knows them, and they may not.
 */
export type GlpiLayer = 'network' | 'tls' | 'timeout' | 'http' | 'content' | 'credentials' | 'rights';

/** GLPI could not be asked. Holds no secret and nothing that an agent said. */
export class GlpiFault extends Error {
  override readonly name = 'GlpiFault';

  constructor(
    readonly layer: GlpiLayer,
    message: string,
    /** What an admin can do about it. */
    readonly advice: string,
  ) {
    super(message);
  }

  /** Worth trying again without anybody's doing anything. */
  get isPassing(): boolean {
    return this.layer === 'network' || this.layer === 'timeout' || this.layer === 'http';
  }
}

const tlsCodes = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|HOSTNAME_MISMATCH|EPROTO)/;

/** What a failed request says, by the code that Node gives. */
export function faultOfNetwork(error: unknown, host: string): GlpiFault {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return new GlpiFault(
      'network',
      `The name ${host} cannot be resolved (${code}).`,
      'Check the URL of GLPI and DNS.',
    );
  }
  if (tlsCodes.test(code)) {
    return new GlpiFault(
      'tls',
      `The certificate of ${host} is not accepted (${code}).`,
      'Give GLPI a certificate that this host trusts, or name its CA by NODE_EXTRA_CA_CERTS.',
    );
  }
  const why = code === '' ? message : code;
  return new GlpiFault(
    'network',
    `No connection to ${host} (${why}).`,
    'Check that GLPI runs, its port, and firewalls.',
  );
}
