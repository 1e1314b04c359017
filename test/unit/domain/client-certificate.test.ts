import {
  isIssuedBy,
  issuerIdsOf,
  maxClientCas,
  readClientCas,
  type ClientCas,
} from '../../../src/domain/client-ca';
import {
  maxCertificateBytes,
  nameLine,
  readCertificate,
  type ClientCertificate,
} from '../../../src/domain/client-certificate';
import { readTlsPair } from '../../../src/domain/tls-pair';
import { makeCertificate, type TestCertificate } from '../../support/certificates';

const now = new Date();
const read = ({ der }: TestCertificate): ClientCertificate => {
  const certificate = readCertificate(der);
  if (certificate === undefined) throw new Error('not read');
  return certificate;
};

describe('a certificate', () => {
  test('is read to its public key, names and dates', () => {
    const made = makeCertificate({
      subject: [
        ['C', 'FR'],
        ['O', 'Corp'],
        ['CN', 'pc-7'],
      ],
      notAfter: new Date('2051-01-02T03:04:05Z'),
    });
    const { notBefore, notAfter, ...rest } = read(made);
    expect(rest).toEqual({
      spki: made.spki,
      subject: 'CN=pc-7,O=Corp,C=FR',
      issuer: 'CN=pc-7,O=Corp,C=FR',
      der: made.der,
    });
    expect(notAfter.toISOString()).toBe('2051-01-02T03:04:05.000Z');
    expect(notBefore <= now).toBe(true);
  });

  test('keeps its public key when it is renewed for it, and only then', () => {
    const first = makeCertificate();
    expect(read(makeCertificate({ sameKeyAs: first })).spki).toBe(first.spki);
    expect(read(makeCertificate()).spki).not.toBe(first.spki);
  });

  test('with anything before, behind or missing is none', () => {
    const { der, pem } = makeCertificate();
    expect(readCertificate(Buffer.concat([der, Buffer.from([0])]))).toBeUndefined();
    expect(readCertificate(Buffer.concat([Buffer.from([0]), der]))).toBeUndefined();
    expect(readCertificate(der.subarray(0, -1))).toBeUndefined();
    expect(readCertificate(Buffer.from(pem))).toBeUndefined();
    expect(readCertificate(Buffer.alloc(0))).toBeUndefined();
  });

  test(`counts up to ${maxCertificateBytes} bytes and not one more`, () => {
    const sized = (chars: number): Buffer => makeCertificate({ subject: [['O', 'x'.repeat(chars)]] }).der;
    // Signatures differ by a byte or two, so the size is met by trying.
    const exactly = (bytes: number): Buffer => {
      for (let tries = 0, chars = (bytes - 400) >> 1; tries < 200; tries++) {
        const der = sized(chars);
        if (der.length === bytes) return der;
        chars +=
          Math.trunc((bytes - der.length) / 2) || (tries % 2 === 0 ? 0 : Math.sign(bytes - der.length));
      }
      throw new Error('size not met');
    };
    // The name stands in it twice, as subject and as issuer.
    expect(readCertificate(exactly(maxCertificateBytes))).toBeDefined();
    expect(readCertificate(exactly(maxCertificateBytes + 1))).toBeUndefined();
  });
});

describe('a name as one line', () => {
  test('starts with the last part of the certificate', () => {
    expect(nameLine('C=FR\nO=Corp\nOU=Paris\nCN=pc-7')).toBe('CN=pc-7,OU=Paris,O=Corp,C=FR');
    expect(nameLine('O=Corp\nCN=pc-7 + UID=7')).toBe('CN=pc-7+UID=7,O=Corp');
    expect(nameLine('')).toBe('');
    expect(nameLine(undefined)).toBe('');
  });

  test('cannot be given a part by whoever chooses a value', () => {
    const hostile = 'x,OU=Paris,O=Corp + CN=y\nC=FR\\,O=z';
    const line = read(
      makeCertificate({
        subject: [
          ['O', 'Evil'],
          ['CN', hostile],
        ],
      }),
    ).subject;
    expect(line).toBe(String.raw`CN=x\2COU\3DParis\2CO\3DCorp \2B CN\3Dy\0AC\3DFR\\\2CO\3Dz,O=Evil`);
    expect(line.split(/,|\+/)).toHaveLength(2);
    expect(line.match(/=/g)).toHaveLength(2);
  });

  test('tells a written escape from one that was made', () => {
    const written = read(makeCertificate({ subject: [['CN', String.raw`a\2Cb`]] })).subject;
    const made = read(makeCertificate({ subject: [['CN', 'a,b']] })).subject;
    expect(written).toBe(String.raw`CN=a\\2Cb`);
    expect(made).toBe(String.raw`CN=a\2Cb`);
  });
});

describe('the CAs of a key', () => {
  const ca = makeCertificate({
    subject: [
      ['O', 'Corp'],
      ['CN', 'CA'],
    ],
    isCa: true,
  });
  const leaf = makeCertificate({ issuer: ca });
  const casOf = (...pems: string[]): ClientCas => readClientCas(pems.join('remark\n'));
  const issued = (certificate: TestCertificate, bundle: ClientCas, at = now): boolean =>
    bundle.ok && isIssuedBy(read(certificate), bundle.cas, at);

  test('issued what they signed', () => {
    expect(issued(leaf, casOf(ca.pem))).toBe(true);
    expect(issued(leaf, casOf(makeCertificate({ isCa: true }).pem, ca.pem))).toBe(true);
  });

  test('did not issue what only names them', () => {
    const namesake = makeCertificate({ subject: ca.subject, isCa: true });
    expect(issued(makeCertificate({ issuer: namesake }), casOf(ca.pem))).toBe(false);
    const unmarked = makeCertificate({ subject: ca.subject });
    expect(issued(unmarked, casOf(ca.pem))).toBe(false);
  });

  test('do not reach through a certificate that is not in the bundle', () => {
    const middle = makeCertificate({ issuer: ca, subject: [['CN', 'middle']], isCa: true });
    const below = makeCertificate({ issuer: middle });
    expect(issued(below, casOf(ca.pem))).toBe(false);
    expect(issued(below, casOf(ca.pem, middle.pem))).toBe(true);
  });

  test('count while they are in date', () => {
    expect(issued(leaf, casOf(ca.pem), new Date(now.getTime() + 48 * 3_600_000))).toBe(false);
    expect(issued(leaf, casOf(ca.pem), new Date(now.getTime() - 48 * 3_600_000))).toBe(false);
  });

  test('a device’s own certificate is none, nor is a CA without mark', () => {
    expect(casOf(leaf.pem)).toEqual({ ok: false, why: expect.stringContaining('not one of a CA') as string });
  });

  test('a private key among them is refused and not quoted', () => {
    const read = casOf(ca.pem, ca.keyPem);
    expect(read).toEqual({ ok: false, why: expect.stringContaining('private key') as string });
    expect(JSON.stringify(read)).not.toContain(ca.keyPem.split('\n')[1]);
  });

  test(`may be ${maxClientCas} and not one more`, () => {
    const many = (count: number): ClientCas => casOf(...Array.from({ length: count }, () => ca.pem));
    expect(many(maxClientCas)).toMatchObject({ ok: true });
    expect(many(maxClientCas + 1)).toEqual({
      ok: false,
      why: expect.stringContaining('more than') as string,
    });
  });

  test.each(['', 'nothing', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])(
    '%j holds none',
    (pem) => {
      expect(casOf(pem)).toMatchObject({ ok: false });
      expect(issuerIdsOf(pem)).toEqual([]);
    },
  );

  test('a bundle is read up to its longest and no further', () => {
    expect(readClientCas(ca.pem.padEnd(65_536))).toMatchObject({ ok: true });
    expect(readClientCas(ca.pem.padEnd(65_537))).toMatchObject({ ok: false });
  });
});

describe('a TLS pair', () => {
  const made = makeCertificate({ names: ['inventory.example'] });

  test('belongs together', () => {
    expect(readTlsPair(made.pem, made.keyPem)).toMatchObject({
      ok: true,
      pair: { names: 'DNS:inventory.example', subject: 'CN=test' },
    });
  });

  test.each([
    ['another key', made.pem, makeCertificate().keyPem, 'is not the key of'],
    ['no certificate', 'x', made.keyPem, 'TLS_CERT_FILE holds no'],
    ['no key', made.pem, 'x', 'TLS_KEY_FILE holds no'],
    ['the two swapped', made.keyPem, made.pem, 'TLS_CERT_FILE holds no'],
    [
      'a key with passphrase',
      made.pem,
      made.privateKey.export({
        type: 'pkcs8',
        format: 'pem',
        cipher: 'aes-256-cbc',
        passphrase: 'x',
      }) as string,
      'without passphrase',
    ],
  ])('is none with %s, and says so without quoting', (_what, certificate, key, says) => {
    const read = readTlsPair(certificate, key);
    if (read.ok) throw new Error('read');
    expect(read.faults.join(' ')).toContain(says);
    expect(read.faults.join(' ')).not.toContain('BEGIN');
  });

  test('names all that is wrong', () => {
    expect(readTlsPair('x', 'x')).toMatchObject({ faults: { length: 2 } });
  });
});
