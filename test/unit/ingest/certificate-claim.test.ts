import { canonicalUrl, type CanonicalUrl } from '../../../src/domain/canonical-url';
import { issuerIdOf, maxKeysOfCertificate } from '../../../src/domain/client-ca';
import { readCertificate, type ClientCertificate } from '../../../src/domain/client-certificate';
import type { RegistrationKey } from '../../../src/domain/registration-key';
import { refused } from '../../../src/domain/verdict';
import { claimByCertificate } from '../../../src/ingest/certificate-claim';
import { makeCertificate, type TestCertificate } from '../../support/certificates';
import { aKey } from '../../support/keys';

const now = new Date();
const ca = makeCertificate({
  isCa: true,
  subject: [
    ['O', 'Corp'],
    ['CN', 'CA'],
  ],
});
const device = makeCertificate({ issuer: ca });
const namesake = makeCertificate({ isCa: true, subject: ca.subject });

function urlOf(text: string): CanonicalUrl {
  const url = canonicalUrl(text);
  if (url === undefined) throw new Error(text);
  return url;
}
const here = urlOf('https://here.example');
const elsewhere = urlOf('https://elsewhere.example');
const keyOf = (kid: string, traits: Partial<RegistrationKey> = {}): RegistrationKey =>
  aKey({ kid, carriers: ['certificate'], clientCa: ca.pem, urls: [here], ...traits });

function read({ der }: TestCertificate): ClientCertificate {
  const certificate = readCertificate(der);
  if (certificate === undefined) throw new Error('not read');
  return certificate;
}

/** The kid that is claimed, or the reason. */
async function claimed(
  pinned: readonly RegistrationKey[],
  issued: readonly RegistrationKey[],
  certificate = device,
): Promise<string> {
  const keys = new Map([...pinned, ...issued].map((key) => [key.kid, key]));
  const asked: string[] = [];
  const claim = await claimByCertificate(
    {
      findKey: (kid) => Promise.resolve(keys.get(kid)),
      findKidsByCertificate: (spki, issuerId) => {
        asked.push(spki, issuerId);
        return Promise.resolve({
          pinned: pinned.map(({ kid }) => kid),
          issued: issued.map(({ kid }) => kid),
        });
      },
    },
    read(certificate),
    { ok: true, url: here, clientAddress: '192.0.2.1', decidedBy: 'Host', peerAddress: '192.0.2.1' },
    now,
    refused('key_missing'),
  );
  expect(asked).toEqual([certificate.spki, issuerIdOf(read(certificate).issuer)]);
  return claim.verdict === 'refused' ? claim.reason : claim.value.kid;
}

test('the key whose asset is pinned to it, whoever issued it', async () => {
  const own = makeCertificate();
  expect(await claimed([keyOf('A', { clientCa: null })], [], own)).toBe('A');
  expect(await claimed([keyOf('A')], [keyOf('B')])).toBe('A');
});

test('else the key whose CA issued it', async () => {
  expect(await claimed([], [keyOf('A')])).toBe('A');
});

test('not one whose CA only has the same name', async () => {
  expect(await claimed([], [keyOf('A', { clientCa: namesake.pem })])).toBe('key_missing');
  expect(await claimed([], [keyOf('A')], makeCertificate({ issuer: namesake }))).toBe('key_missing');
  expect(await claimed([], [keyOf('A', { clientCa: namesake.pem }), keyOf('B')])).toBe('B');
});

test('not one that takes no certificates: the agent may wait to be asked for its password', async () => {
  expect(await claimed([keyOf('A', { carriers: ['basic'] })], [])).toBe('key_missing');
  expect(await claimed([], [keyOf('A', { clientCertificate: 'ignore' })])).toBe('key_missing');
  expect(await claimed([], [])).toBe('key_missing');
});

test('of several the one that is bound to the URL and not revoked', async () => {
  expect(await claimed([], [keyOf('A', { urls: [elsewhere] }), keyOf('B')])).toBe('B');
  expect(await claimed([], [keyOf('A', { revokedAt: now }), keyOf('B')])).toBe('B');
});

test('of one alone its state is for the next stage to name', async () => {
  expect(await claimed([], [keyOf('A', { revokedAt: now, urls: [elsewhere] })])).toBe('A');
});

test('none when more than one fits', async () => {
  expect(await claimed([], [keyOf('A'), keyOf('B')])).toBe('key_unknown');
  expect(await claimed([keyOf('A'), keyOf('B')], [])).toBe('key_unknown');
  expect(await claimed([], [keyOf('A', { revokedAt: now }), keyOf('B', { revokedAt: now })])).toBe(
    'key_unknown',
  );
});

test(`${maxKeysOfCertificate} keys are looked through, and with one more nobody can say`, async () => {
  const many = (count: number): RegistrationKey[] =>
    Array.from({ length: count }, (_, i) => keyOf(`K${i}`, i === 0 ? {} : { urls: [elsewhere] }));
  expect(await claimed([], many(maxKeysOfCertificate))).toBe('K0');
  expect(await claimed([], many(maxKeysOfCertificate + 1))).toBe('key_unknown');
});
