import fc from 'fast-check';
import { nameLine, readCertificate, type ShownCertificate } from '../../src/domain/client-certificate';
import { matchesWildcard } from '../../src/ingest/wildcard';
import { createCertificateReader, readClientCert, readEscapedPem } from '../../src/http/client-certificate';
import { makeCertificate } from '../support/certificates';

const made = makeCertificate();
const rfc9440 = `:${made.der.toString('base64')}:`;
const escapedPem = encodeURIComponent(made.pem);

/** A good value with a piece replaced by something else. */
const damaged = (value: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(value.length), fc.nat(40), fc.string({ unit: 'binary', maxLength: 40 }))
    .map(([from, length, other]) => value.slice(0, from) + other + value.slice(from + length));

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** Nothing, or exactly the bytes that stand in the value. */
function isSane(read: ShownCertificate, sent: string): boolean {
  return read.state !== 'shown' || sent.replace(/\s/g, '').includes(read.certificate.der.toString('base64'));
}

test('no value of either header makes the parsers throw or read anything but what was sent', () => {
  const value = fc.oneof(
    damaged(rfc9440),
    damaged(escapedPem),
    damaged(decodeURIComponent(escapedPem)).map((text) => encodeURIComponent(text.toWellFormed())),
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.base64String({ maxLength: 400 }).map((text) => `:${text}:`),
  );
  fc.assert(
    fc.property(value, (text) => {
      expect(isSane(readClientCert(text), text)).toBe(true);
      expect(isSane(readEscapedPem(text), unescaped(text))).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test('damaged DER is no certificate, or one whose bytes were all read', () => {
  const bytes = fc
    .array(fc.tuple(fc.nat(made.der.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
    .map((changes) => {
      const der = Buffer.from(made.der);
      for (const [place, value] of changes) der[place] = value;
      return der;
    });
  fc.assert(
    fc.property(bytes, (der) => {
      const read = readCertificate(der);
      expect(read === undefined || read.der === der).toBe(true);
    }),
    { numRuns: 3000 },
  );
});

test('whoever is no trusted proxy shows nothing, whatever the headers', () => {
  const name = fc.constantFrom(
    'Client-Cert',
    'client-cert',
    'X-SSL-CLIENT-CERT',
    'Client-Cert-Chain',
    'Forwarded',
  );
  const header = fc.tuple(name, fc.constantFrom(rfc9440, escapedPem, '', 'for=10.0.0.1'));
  fc.assert(
    fc.property(
      fc.array(header),
      fc.ipV4(),
      fc.constantFrom('client-cert', 'x-ssl-client-cert'),
      (headers, from, set) => {
        fc.pre(!from.startsWith('10.'));
        const read = createCertificateReader({
          clientCertHeader: set,
          trustedProxies: ['10.0.0.0/8'],
          onIgnoredHeader: () => undefined,
        });
        const socket = { remoteAddress: from };
        expect(read({ rawHeaders: headers.flat(), socket })).toEqual({ state: 'none' });
      },
    ),
  );
});

test('a value inside a subject never fits a rule for another part', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }),
    fc
      .array(fc.constantFrom(',', '+', ' + ', '=', '\\', '\n', 'OU', 'Paris', 'OU=Paris', '"', ';', '#'), {
        minLength: 1,
        maxLength: 12,
      })
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(hostile, (value) => {
      const { der } = makeCertificate({
        sameKeyAs: made,
        subject: [
          ['O', 'Corp'],
          ['CN', value],
        ],
      });
      const subject = readCertificate(der)?.subject ?? '';
      expect(matchesWildcard('*OU=Paris*', subject)).toBe(false);
      expect(matchesWildcard('*,OU=*', subject)).toBe(false);
      expect(matchesWildcard('CN=*,O=Corp', subject)).toBe(subject !== '');
    }),
    { numRuns: 300 },
  );
});

test('any text becomes one line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(nameLine(text)).not.toContain('\n');
    }),
  );
});
