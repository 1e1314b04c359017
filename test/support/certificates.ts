import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  type KeyObject,
} from 'node:crypto';

/**
 * Certificates for tests, written in DER by hand: Node makes keys and signatures, but no certificates, and a test must
 * not need the openssl program.
 */
export interface TestCertificate {
  readonly der: Buffer;
  readonly pem: string;
  readonly privateKey: KeyObject;
  readonly keyPem: string;
  /** SHA-256 of the public key (SPKI), hex. */
  readonly spki: string;
}

export type Names = readonly (readonly [type: keyof typeof nameTypes, value: string])[];

export interface CertificateTraits {
  /** In the order of the certificate: the country first, the common name last. */
  readonly subject?: Names;
  /** DNS names and IPv4 addresses that it is good for. */
  readonly names?: readonly string[];
  readonly issuer?: TestCertificate & { readonly subject?: Names };
  /** The key of another certificate, for one that is renewed. */
  readonly sameKeyAs?: TestCertificate;
  readonly isCa?: boolean;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

const nameTypes = {
  C: '2.5.4.6',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  CN: '2.5.4.3',
  DC: '0.9.2342.19200300.100.1.25',
};
const hourMs = 3_600_000;

/** Signed by its issuer, or by itself. Good from an hour ago until tomorrow unless said otherwise. */
export function makeCertificate(
  traits: CertificateTraits = {},
): TestCertificate & { readonly subject: Names } {
  const { issuer, isCa = false, names = [] } = traits;
  const subject = traits.subject ?? [['CN', 'test']];
  const privateKey =
    traits.sameKeyAs?.privateKey ?? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const spki = publicDer(privateKey);
  const notBefore = traits.notBefore ?? new Date(Date.now() - hourMs);
  const notAfter = traits.notAfter ?? new Date(Date.now() + 24 * hourMs);
  const toBeSigned = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    nameOf(issuer?.subject ?? subject),
    sequence(time(notBefore), time(notAfter)),
    nameOf(subject),
    spki,
    tagged(0xa3, sequence(basicConstraints(isCa), ...(names.length > 0 ? [alternativeNames(names)] : []))),
  );
  const signature = sign('sha256', toBeSigned, issuer?.privateKey ?? privateKey);
  const der = sequence(toBeSigned, ecdsaWithSha256, tagged(0x03, Buffer.from([0]), signature));
  return {
    der,
    pem: pemOf(der),
    privateKey,
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    spki: createHash('sha256').update(spki).digest('hex'),
    subject,
  };
}

export function pemOf(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function publicDer(privateKey: KeyObject): Buffer {
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  return createPublicKey(pem).export({ type: 'spki', format: 'der' });
}

function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length =
    body.length < 128
      ? [body.length]
      : body.length < 256
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, ...parts);
const integer = (bytes: Buffer): Buffer => tagged(0x02, bytes);

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = rest.flatMap((part) => {
    const groups = [part & 0x7f];
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return tagged(0x06, Buffer.from([first * 40 + second, ...bytes]));
}

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));

function nameOf(names: Names): Buffer {
  return sequence(
    ...names.map(([type, value]) =>
      tagged(0x31, sequence(oid(nameTypes[type]), tagged(type === 'C' ? 0x13 : 0x0c, Buffer.from(value)))),
    ),
  );
}

/** UTCTime until 2049, GeneralizedTime after. */
function time(at: Date): Buffer {
  const text = at.toISOString().replace(/[-:T]|\.\d+/g, '');
  return at.getUTCFullYear() < 2050
    ? tagged(0x17, Buffer.from(text.slice(2)))
    : tagged(0x18, Buffer.from(text));
}

function basicConstraints(isCa: boolean): Buffer {
  const value = sequence(...(isCa ? [tagged(0x01, Buffer.from([0xff]))] : []));
  return sequence(oid('2.5.29.19'), tagged(0x01, Buffer.from([0xff])), tagged(0x04, value));
}

function alternativeNames(names: readonly string[]): Buffer {
  const entries = names.map((name) =>
    /^\d+(\.\d+){3}$/.test(name)
      ? tagged(0x87, Buffer.from(name.split('.').map(Number)))
      : tagged(0x82, Buffer.from(name)),
  );
  return sequence(oid('2.5.29.17'), tagged(0x04, sequence(...entries)));
}
