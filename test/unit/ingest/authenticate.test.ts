import { createHmac, randomBytes } from 'node:crypto';
import { canonicalUrl } from '../../../src/domain/canonical-url';
import { issueSecret } from '../../../src/domain/key-format';
import { defaultCarriers, type Carrier, type RegistrationKey } from '../../../src/domain/registration-key';
import { aKey as anyKey } from '../../support/keys';
import { issueToken, tokenLifetimeSeconds } from '../../../src/ingest/access-token';
import { authenticate, readClaim } from '../../../src/ingest/authenticate';

const pepper = randomBytes(32);
const macOf = (text: string) => createHmac('sha256', pepper).update(text).digest();
const now = new Date('2026-11-23T08:30:00Z');
const issued = issueSecret('grk', randomBytes);
const bound = canonicalUrl('https://inv.example')!;

function aKey(over: Partial<RegistrationKey> = {}): RegistrationKey {
  return anyKey({
    kid: issued.id,
    mac: macOf(issued.full),
    urls: [bound],
    carriers: defaultCarriers,
    ...over,
  });
}

function verdict(
  key: RegistrationKey | undefined,
  request: { text?: string; carrier?: Carrier; url?: string; address?: string; at?: Date } = {},
): string {
  const at = request.at ?? now;
  const claim = readClaim(
    [{ carrier: request.carrier ?? 'basic', text: request.text ?? issued.full }],
    at,
    macOf,
  );
  if (claim.verdict === 'refused') return claim.reason;
  const url = canonicalUrl(request.url ?? 'https://inv.example/front/inventory.php')!;
  const clientAddress = request.address ?? '203.0.113.5';
  const origin = { ok: true, url, clientAddress, decidedBy: 'Host', peerAddress: clientAddress } as const;
  const result = authenticate(claim.value, key, origin, at);
  return result.verdict === 'passed' ? 'passed' : result.reason;
}

describe('authentication', () => {
  it('lets the holder of the key pass', () => {
    expect(verdict(aKey())).toBe('passed');
  });

  it('refuses what is no key, no key of ours, or not its secret', () => {
    expect(verdict(aKey(), { text: 'secret' })).toBe('key_malformed');
    expect(verdict(undefined)).toBe('key_unknown');
    expect(verdict(aKey({ mac: macOf('another') }))).toBe('key_wrong_secret');
    const none = readClaim([], now, macOf);
    expect(none.verdict === 'refused' && none.reason).toBe('key_missing');
  });

  it('names what is wrong with a key only once its secret has verified', () => {
    const revoked = { revokedAt: now };
    expect(verdict(aKey(revoked))).toBe('key_revoked');
    expect(verdict(aKey({ ...revoked, mac: macOf('another') }))).toBe('key_wrong_secret');
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
    const claim = readClaim([{ carrier: 'basic', text: issued.full }], now, macOf);
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

describe('access tokens', () => {
  const token = () => issueToken(aKey(), now, macOf);
  const after = (seconds: number) => new Date(now.getTime() + seconds * 1000);

  it('stand for their key until they expire', () => {
    expect(verdict(aKey(), { text: token(), carrier: 'bearer' })).toBe('passed');
    expect(verdict(aKey(), { text: token(), at: after(tokenLifetimeSeconds - 1) })).toBe('passed');
    expect(verdict(aKey(), { text: token(), at: after(tokenLifetimeSeconds) })).toBe('token_invalid');
  });

  it('die with their key, and with its secret', () => {
    expect(verdict(aKey({ revokedAt: now }), { text: token() })).toBe('key_revoked');
    expect(verdict(aKey({ mac: macOf('rotated') }), { text: token() })).toBe('token_invalid');
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
