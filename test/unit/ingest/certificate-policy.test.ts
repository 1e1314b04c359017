import { readCertificate, type ShownCertificate } from '../../../src/domain/client-certificate';
import type { RegistrationKey } from '../../../src/domain/registration-key';
import { certificateFacts, checkCertificate } from '../../../src/ingest/certificate-policy';
import { makeCertificate, type TestCertificate } from '../../support/certificates';
import { aKey } from '../../support/keys';

const now = new Date('2026-06-01T12:00:00Z');
const dates = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2027-01-01T00:00:00Z') };
const ca = makeCertificate({ ...dates, isCa: true, subject: [['CN', 'CA']] });
const issued = makeCertificate({ ...dates, issuer: ca, subject: [['CN', 'pc-7']] });
const own = makeCertificate(dates);

function shown({ der }: TestCertificate): ShownCertificate {
  const certificate = readCertificate(der);
  return certificate === undefined ? { state: 'unreadable', why: 'test' } : { state: 'shown', certificate };
}
const none: ShownCertificate = { state: 'none' };
const unreadable: ShownCertificate = { state: 'unreadable', why: '2 client-cert headers' };
const keyThat = (
  clientCertificate: RegistrationKey['clientCertificate'],
  clientCa: string | null = null,
): RegistrationKey => aKey({ clientCertificate, clientCa });

/** The reason, `passed`, or `passed without` when the certificate is not looked at. */
function ending(key: RegistrationKey, certificate: ShownCertificate, at = now): string {
  const result = checkCertificate(key, certificate, at);
  if (result.verdict === 'refused') return result.reason;
  return result.value === undefined ? 'passed without' : 'passed';
}

const other = makeCertificate({ ...dates, isCa: true, subject: [['CN', 'CA']] });
test.each([
  // what the key says, its CA, what is shown, and how it ends
  ['ignore', null, none, 'passed without'],
  ['ignore', null, unreadable, 'passed without'],
  ['ignore', ca.pem, shown(own), 'passed without'],
  ['optional', null, none, 'passed without'],
  ['optional', null, shown(own), 'passed'],
  ['optional', null, unreadable, 'certificate_refused'],
  ['optional', ca.pem, none, 'passed without'],
  ['optional', ca.pem, shown(issued), 'passed'],
  ['optional', ca.pem, shown(own), 'certificate_refused'],
  ['required', null, none, 'certificate_missing'],
  ['required', null, shown(own), 'passed'],
  ['required', null, unreadable, 'certificate_refused'],
  ['required', ca.pem, none, 'certificate_missing'],
  ['required', ca.pem, shown(issued), 'passed'],
  ['required', ca.pem, shown(own), 'certificate_refused'],
  ['required', other.pem, shown(issued), 'certificate_refused'],
  ['required', other.pem + ca.pem, shown(issued), 'passed'],
  // What cannot be read vouches for nobody.
  ['required', 'not PEM', shown(issued), 'certificate_refused'],
  ['required', '', shown(issued), 'certificate_refused'],
] as const)('a key with policy %s, case %#', (policy, clientCa, certificate, end) => {
  expect(ending(keyThat(policy, clientCa), certificate)).toBe(end);
});

test.each([
  ['2025-12-31T23:59:59Z', 'certificate_refused', 'not good yet'],
  ['2026-01-01T00:00:00Z', 'passed', undefined],
  ['2027-01-01T00:00:00Z', 'passed', undefined],
  ['2027-01-01T00:00:01Z', 'certificate_refused', 'expired'],
])('at %s one that is good in 2026: %s', (at, end, why) => {
  const key = keyThat('optional');
  expect(ending(key, shown(own), new Date(at))).toBe(end);
  const result = checkCertificate(key, shown(own), new Date(at));
  expect(result.verdict === 'refused' ? result.evidence.why : undefined).toBe(why);
});

test('a CA that has ended vouches for nobody', () => {
  const old = makeCertificate({
    isCa: true,
    notBefore: dates.notBefore,
    notAfter: new Date('2026-05-01T00:00:00Z'),
  });
  const leaf = makeCertificate({ ...dates, issuer: old });
  expect(ending(keyThat('required', old.pem), shown(leaf))).toBe('certificate_refused');
});

test('the evidence tells what was shown, within bounds', () => {
  const long = makeCertificate({ ...dates, subject: [['CN', 'x'.repeat(2000)]] });
  const result = checkCertificate(keyThat('required', ca.pem), shown(long), now);
  expect(result).toMatchObject({
    verdict: 'refused',
    evidence: {
      why: 'not issued by a CA of this key',
      spki: long.spki,
      notAfter: '2027-01-01T00:00:00.000Z',
    },
  });
  expect(JSON.stringify(result).length).toBeLessThan(2500);
});

describe('what later stages are told', () => {
  const headers = (...proxyIds: string[]) => ({
    ...{ agentid: undefined, requestId: undefined, userAgent: undefined, contentType: undefined },
    proxyIds,
  });
  const facts = (key: RegistrationKey, clientCertificate: ShownCertificate, ...proxyIds: string[]) =>
    certificateFacts(key, { clientCertificate, headers: headers(...proxyIds), receivedAt: now });

  test('the public key of any, the subject of what a CA of the key issued', () => {
    expect(facts(keyThat('optional'), shown(own))).toEqual({ spki: own.spki, subject: undefined });
    expect(facts(keyThat('optional', ca.pem), shown(issued))).toEqual({
      spki: issued.spki,
      subject: 'CN=pc-7',
    });
  });

  test('of a held submission that is run through under another CA: no subject', () => {
    expect(facts(keyThat('optional', other.pem), shown(issued))).toEqual({
      spki: issued.spki,
      subject: undefined,
    });
    const certificate = shown(own);
    expect(facts(keyThat('optional'), certificate).subject).toBeUndefined();
    expect(facts(keyThat('optional', ca.pem), certificate).subject).toBeUndefined();
  });

  test('nothing where it is not looked at, not there, or a relay’s', () => {
    const nothing = { spki: undefined, subject: undefined };
    expect(facts(keyThat('ignore'), shown(own))).toEqual(nothing);
    expect(facts(keyThat('optional'), none)).toEqual(nothing);
    expect(facts(keyThat('optional', ca.pem), shown(issued), 'relay-agent')).toEqual(nothing);
  });
});
