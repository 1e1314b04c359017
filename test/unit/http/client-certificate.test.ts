import { maxCertificateBytes, type ShownCertificate } from '../../../src/domain/client-certificate';
import {
  createCertificateReader,
  maxCertificateHeaderChars,
  readClientCert,
  readEscapedPem,
  type ClientCertHeader,
} from '../../../src/http/client-certificate';
import { makeCertificate, pemOf } from '../../support/certificates';

const made = makeCertificate({ subject: [['CN', 'pc-7']] });
const rfc9440 = `:${made.der.toString('base64')}:`;
const escapedPem = encodeURIComponent(made.pem);
const shown = { state: 'shown', certificate: expect.objectContaining({ spki: made.spki }) as unknown };

describe('Client-Cert of RFC 9440', () => {
  test('is one byte sequence', () => {
    expect(readClientCert(rfc9440)).toEqual(shown);
    expect(readClientCert(` ${rfc9440}\t`)).toEqual(shown);
  });

  test.each(['', ' ', '::'])('%j: the client had none', (value) => {
    expect(readClientCert(value)).toEqual({ state: 'none' });
  });

  test.each([
    ['without colons', rfc9440.slice(1, -1)],
    ['with a parameter', `${rfc9440};verify=SUCCESS`],
    ['twice', `${rfc9440}, ${rfc9440}`],
    ['in base64url', rfc9440.replaceAll('+', '-').replaceAll('/', '_').replace(/=*:$/, '_-:')],
    ['wrongly padded', rfc9440.replace(/=*:$/, '===:')],
    ['with a space inside', `${rfc9440.slice(0, 20)} ${rfc9440.slice(20)}`],
    ['as PEM', escapedPem],
    ['cut off', `${rfc9440.slice(0, 41)}:`],
    ['of garbage', ':AAAA:'],
    ['of PEM in base64', `:${Buffer.from(made.pem).toString('base64')}:`],
    ['of two certificates', `:${Buffer.concat([made.der, made.der]).toString('base64')}:`],
  ])('%s cannot be read', (_what, value) => {
    expect(readClientCert(value)).toMatchObject({ state: 'unreadable' });
  });
});

describe('an escaped PEM', () => {
  test('is one certificate', () => {
    expect(readEscapedPem(escapedPem)).toEqual(shown);
    expect(readEscapedPem(encodeURIComponent(made.pem.replaceAll('\n', '\r\n')))).toEqual(shown);
  });

  test('of a proxy whose client had none is empty', () => {
    expect(readEscapedPem('')).toEqual({ state: 'none' });
  });

  test.each([
    ['two', encodeURIComponent(made.pem + made.pem)],
    ['a key', encodeURIComponent(made.keyPem)],
    ['text around', encodeURIComponent(`Subject: CN=admin\n${made.pem}`)],
    ['broken escapes', escapedPem.replace('%0A', '%0')],
    ['bytes that are no UTF-8', '%FF%FE'],
    ['what Apache writes for none', '(null)'],
    ['SUCCESS', 'SUCCESS'],
  ])('%s cannot be read', (_what, value) => {
    expect(readEscapedPem(value)).toMatchObject({ state: 'unreadable' });
  });
});

test(`values of up to ${maxCertificateHeaderChars} characters are looked at, and not one more`, () => {
  const padded = (chars: number): string => `:${'A'.repeat(chars - 2)}:`;
  const why = (read: ShownCertificate): string => (read.state === 'unreadable' ? read.why : read.state);
  expect(why(readClientCert(padded(maxCertificateHeaderChars)))).not.toContain('longer');
  expect(why(readClientCert(padded(maxCertificateHeaderChars + 1)))).toContain('longer');
  expect(why(readEscapedPem('A'.repeat(maxCertificateHeaderChars)))).not.toContain('longer');
  expect(why(readEscapedPem('A'.repeat(maxCertificateHeaderChars + 1)))).toContain('longer');
});

test('the largest certificate fits into either header', () => {
  const der = Buffer.alloc(maxCertificateBytes, 0xff);
  expect(encodeURIComponent(pemOf(der)).length).toBeLessThanOrEqual(maxCertificateHeaderChars);
});

describe('who is believed', () => {
  const proxy = '10.0.0.1';
  const headers = { 'Client-Cert': rfc9440, 'X-SSL-Client-Cert': escapedPem };

  function reads(
    clientCertHeader: ClientCertHeader,
    from: string | undefined,
    rawHeaders: readonly string[],
  ): { read: ShownCertificate; ignored: number } {
    let ignored = 0;
    const read = createCertificateReader({
      clientCertHeader,
      trustedProxies: ['10.0.0.0/24', 'fd00::/8'],
      onIgnoredHeader: () => ignored++,
    })({ rawHeaders: [...rawHeaders], socket: { remoteAddress: from } });
    return { read, ignored };
  }
  const rfc = ['Client-Cert', headers['Client-Cert']];
  const nginx = ['X-SSL-Client-Cert', headers['X-SSL-Client-Cert']];

  test.each(['10.0.0.1', '::ffff:10.0.0.1', 'fd00::7'])(
    'a trusted proxy at %s, in the header that is set',
    (from) => {
      expect(reads('client-cert', from, rfc)).toEqual({ read: shown, ignored: 0 });
      expect(reads('x-ssl-client-cert', from, nginx)).toEqual({ read: shown, ignored: 0 });
    },
  );

  test.each(['192.0.2.1', '::ffff:192.0.2.1', '2001:db8::1', '', 'unknown', undefined])(
    'nobody at %s',
    (from) => {
      expect(reads('client-cert', from, rfc)).toEqual({ read: { state: 'none' }, ignored: 1 });
      expect(reads('x-ssl-client-cert', from, [...nginx, ...rfc])).toEqual({
        read: { state: 'none' },
        ignored: 1,
      });
    },
  );

  test('not in the other header, nor when none is set', () => {
    expect(reads('client-cert', proxy, nginx)).toEqual({ read: { state: 'none' }, ignored: 1 });
    expect(reads('none', proxy, rfc)).toEqual({ read: { state: 'none' }, ignored: 1 });
    expect(reads('client-cert', proxy, [...nginx, ...rfc])).toEqual({ read: shown, ignored: 1 });
  });

  test('not with two values, be they equal: one may be the client’s', () => {
    expect(reads('client-cert', proxy, [...rfc, ...rfc]).read).toMatchObject({ state: 'unreadable' });
    expect(reads('client-cert', proxy, ['client-cert', '', ...rfc]).read).toMatchObject({
      state: 'unreadable',
    });
    expect(reads('client-cert', proxy, ['CLIENT-CERT', `${rfc9440},${rfc9440}`]).read).toMatchObject({
      state: 'unreadable',
    });
  });

  test('nothing else: what a proxy says of its own check, or a chain', () => {
    const others = [
      'X-SSL-Client-Verify',
      'SUCCESS',
      'X-Client-Subject',
      'CN=pc-7',
      'Client-Cert-Chain',
      rfc9440,
    ];
    expect(reads('client-cert', proxy, others)).toEqual({ read: { state: 'none' }, ignored: 0 });
  });
});
