import { randomBytes } from 'node:crypto';
import { canonicalUrl } from '../../../src/domain/canonical-url';
import { issueSecret } from '../../../src/domain/key-format';
import { defaultCarriers, type Carrier, type RegistrationKey } from '../../../src/domain/registration-key';
import { hashesOf, hashOf, peppersOf, type SecretHash } from '../../../src/domain/pepper';
import { guessedKey } from '../../support/guessed-keys';
import { aGeneration, aKey as anyKey } from '../../support/keys';
import { reasonOf } from '../../../src/domain/refusal-reason';
import { issueToken, tokenLifetimeSeconds } from '../../../src/ingest/access-token';
import { authenticate, readClaim } from '../../../src/ingest/authenticate';

const pepper = randomBytes(32);
const peppers = peppersOf(pepper);
const allHashes = (text: string) => hashesOf(peppers, text);
const { macOf } = peppers.active;
const now = new Date('2026-11-23T08:30:00Z');
const issued = issueSecret('grk', randomBytes);
const bound = canonicalUrl('https://inv.example')!;

function aKey(over: Partial<RegistrationKey> = {}): RegistrationKey {
  return anyKey({
    kid: issued.id,
    generations: [aGeneration(hashOf(peppers, issued.full))],
    urls: [bound],
    carriers: defaultCarriers,
    ...over,
  });
}

function verdict(
  key: RegistrationKey | undefined,
  request: {
    text?: string;
    carrier?: Carrier;
    url?: string;
    address?: string;
    at?: Date;
    hashes?: (text: string) => readonly SecretHash[];
  } = {},
): string {
  const at = request.at ?? now;
  const claim = readClaim(
    [{ carrier: request.carrier ?? 'basic', text: request.text ?? issued.full }],
    at,
    request.hashes ?? allHashes,
  );
  if (claim.verdict === 'refused') return claim.reason;
  const url = canonicalUrl(request.url ?? 'https://inv.example/front/inventory.php')!;
  const clientAddress = request.address ?? '203.0.113.5';
  const origin = { ok: true, url, clientAddress, decidedBy: 'Host', peerAddress: clientAddress } as const;
  const result = authenticate(claim.value, key, origin, at);
  return result.verdict === 'passed' ? 'passed' : result.reason;
}

const another = aGeneration(hashOf(peppers, 'another'));
const generation = (number: number) => aGeneration({ generation: number, mac: randomBytes(32) });

describe('authentication', () => {
  it('lets the holder of the key pass', () => {
    expect(verdict(aKey())).toBe('passed');
  });

  it('refuses what is no key, no key of ours, or not its secret', () => {
    expect(verdict(aKey(), { text: 'secret' })).toBe('key_malformed');
    expect(verdict(undefined)).toBe('key_unknown');
    expect(verdict(aKey({ generations: [another] }))).toBe('key_wrong_secret');
    const none = readClaim([], now, allHashes);
    expect(none.verdict === 'refused' && none.reason).toBe('key_missing');
  });

  it('names what is wrong with a key only once its secret has verified', () => {
    const revoked = { revokedAt: now };
    expect(verdict(aKey(revoked))).toBe('key_revoked');
    expect(verdict(aKey({ ...revoked, generations: [another] }))).toBe('key_wrong_secret');
  });

  it('holds the key to its time, mode, URL, network and carrier', () => {
    expect(verdict(aKey({ useUntil: now }))).toBe('key_expired');
    expect(verdict(aKey({ useUntil: new Date(now.getTime() + 1) }))).toBe('passed');
    expect(verdict(aKey({ mode: 'closed' }))).toBe('key_closed');
    expect(verdict(aKey(), { url: 'https://other.example/' })).toBe('key_url_mismatch');
    expect(verdict(aKey(), { url: 'http://inv.example/' })).toBe('key_url_mismatch');
    expect(verdict(aKey({ cidrs: ['203.0.113.0/24'] }))).toBe('passed');
    expect(verdict(aKey({ cidrs: ['2001:db8::/32'] }), { address: '2001:db8::1' })).toBe('passed');
    expect(verdict(aKey({ cidrs: ['198.51.100.0/24', '2001:db8::/32'] }))).toBe('key_network_mismatch');
    expect(verdict(aKey(), { carrier: 'path' })).toBe('key_carrier_not_allowed');
    expect(verdict(aKey({ carriers: ['path'] }), { carrier: 'path' })).toBe('passed');
  });

  it('fails closed when an address cannot be read but the key restricts it', () => {
    expect(verdict(aKey({ cidrs: ['0.0.0.0/0'] }), { address: '' })).toBe('key_network_mismatch');
  });

  it('tells only the admin where the key was expected', () => {
    const claim = readClaim([{ carrier: 'basic', text: issued.full }], now, allHashes);
    if (claim.verdict !== 'passed') throw new Error('the key must be read');
    const url = canonicalUrl('https://other.example')!;
    const origin = {
      ok: true,
      url,
      clientAddress: '192.0.2.1',
      decidedBy: 'Host',
      peerAddress: '192.0.2.1',
    } as const;
    expect(authenticate(claim.value, aKey(), origin, now)).toMatchObject({
      reason: 'key_url_mismatch',
      evidence: { seen: 'https://other.example', expected: ['https://inv.example'], decidedBy: 'Host' },
    });
  });
});

describe('generations of a key', () => {
  const older = (traits: { useUntil?: Date | null; retiredAt?: Date | null }) =>
    aKey({
      generations: [
        { ...generation(2), pepperId: peppers.active.id },
        aGeneration({ ...hashOf(peppers, issued.full), ...traits }),
      ],
    });
  const inGrace = (ms: number) => older({ useUntil: new Date(now.getTime() + ms) });

  it('serve to the end of their grace and not a millisecond longer', () => {
    expect(verdict(inGrace(1))).toBe('passed');
    expect(verdict(inGrace(0))).toBe('key_rotated');
    expect(verdict(inGrace(-1))).toBe('key_rotated');
  });

  it('end when they are retired, whatever is left of their grace', () => {
    expect(verdict(older({ useUntil: new Date(now.getTime() + 1e9), retiredAt: now }))).toBe('key_rotated');
  });

  it('are told to be old only to those who hold their secret', () => {
    expect(verdict(inGrace(-1), { text: guessedKey(issued.id) })).toBe('key_wrong_secret');
  });

  it('are known to the request: the one whose secret was shown, not the newest', () => {
    expect(proved(inGrace(1))).toMatchObject({ generation: 1, rehash: undefined });
    expect(
      proved(aKey({ generations: [aGeneration({ ...hashOf(peppers, issued.full), generation: 7 })] })),
    ).toMatchObject({ generation: 7 });
  });

  it('revoked as a whole say so, whichever generation was shown', () => {
    expect(verdict({ ...inGrace(-1), revokedAt: now })).toBe('key_revoked');
  });

  function proved(key: RegistrationKey) {
    const claim = readClaim([{ carrier: 'basic', text: issued.full }], now, allHashes);
    if (claim.verdict !== 'passed') throw new Error('the key must be read');
    const url = canonicalUrl('https://inv.example')!;
    const origin = { ok: true, url, clientAddress: '192.0.2.1', decidedBy: 'Host', peerAddress: '' } as const;
    const result = authenticate(claim.value, key, origin, now);
    return result.verdict === 'passed' ? result.value : result;
  }
});

describe('two peppers', () => {
  const old = peppersOf(randomBytes(32));
  const stored = aKey({ generations: [aGeneration(hashOf(old, issued.full))] });

  it('both count, and the hash of the older one is to be replaced', () => {
    const both = { active: peppers.active, previous: old.active };
    const claim = readClaim([{ carrier: 'basic', text: issued.full }], now, (text) => hashesOf(both, text));
    if (claim.verdict !== 'passed') throw new Error('the key must be read');
    const url = canonicalUrl('https://inv.example')!;
    const origin = { ok: true, url, clientAddress: '192.0.2.1', decidedBy: 'Host', peerAddress: '' } as const;
    expect(authenticate(claim.value, stored, origin, now)).toMatchObject({
      verdict: 'passed',
      value: { generation: 1, rehash: hashOf(peppers, issued.full) },
    });
  });

  it('do not make a hash good that was made with neither', () => {
    expect(verdict(stored)).toBe('key_wrong_secret');
  });

  it('that are the same are one', () => {
    expect(peppersOf(pepper, Buffer.from(pepper)).previous).toBeUndefined();
  });

  it('carry tokens over: what was signed with the older one is good until it expires', () => {
    const token = issueToken({ kid: issued.id, generation: 1 }, now, old.active.macOf);
    const hashes = (text: string) => hashesOf({ active: peppers.active, previous: old.active }, text);
    expect(verdict(stored, { text: token, hashes })).toBe('passed');
    expect(verdict(stored, { text: token })).toBe('token_invalid');
  });
});

describe('a canary', () => {
  it('is refused as a bait only to whoever holds its secret, before anything else is looked at', () => {
    const bait = { canary: true };
    expect(verdict(aKey(bait))).toBe('key_canary');
    expect(verdict(aKey({ ...bait, revokedAt: now, mode: 'closed', useUntil: now }))).toBe('key_canary');
    expect(verdict(aKey({ ...bait, generations: [another] }))).toBe('key_wrong_secret');
  });

  it('is answered as an unknown key is', () => {
    const { httpStatus, phrase } = reasonOf('key_unknown');
    expect(reasonOf('key_canary')).toMatchObject({ httpStatus, phrase, folded: true });
  });
});

describe('access tokens', () => {
  const token = () => issueToken({ kid: issued.id, generation: 1 }, now, macOf);
  const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);

  it('stand for their key until they expire', () => {
    expect(verdict(aKey(), { text: token(), carrier: 'bearer' })).toBe('passed');
    expect(verdict(aKey(), { text: token(), at: after(tokenLifetimeSeconds - 1) })).toBe('passed');
    expect(verdict(aKey(), { text: token(), at: after(tokenLifetimeSeconds) })).toBe('token_invalid');
  });

  it('die with their key, and with the generation of its secret', () => {
    expect(verdict(aKey({ revokedAt: now }), { text: token() })).toBe('key_revoked');
    const retired = { ...aKey().generations[0]!, retiredAt: now };
    expect(verdict(aKey({ generations: [generation(2), retired] }), { text: token() })).toBe('key_rotated');
    expect(verdict(aKey({ generations: [generation(2)] }), { text: token() })).toBe('token_invalid');
    expect(verdict(undefined, { text: token() })).toBe('key_unknown');
  });

  it('cannot be made up or altered', () => {
    const [body = '', signature = ''] = token().split('.');
    const longer = Buffer.from(body.slice(4), 'base64url')
      .toString()
      .replace(/\.\d+\./, '.9999999999.');
    expect(verdict(aKey(), { text: `grt_${Buffer.from(longer).toString('base64url')}.${signature}` })).toBe(
      'token_invalid',
    );
    for (const text of ['grt_', 'grt_.', `${body}.`, `${body}.AAAA`])
      expect(verdict(aKey(), { text })).toBe('token_invalid');
  });

  it('need the key to allow OAuth', () => {
    expect(verdict(aKey({ carriers: ['basic'] }), { text: token(), carrier: 'bearer' })).toBe(
      'key_carrier_not_allowed',
    );
  });
});
