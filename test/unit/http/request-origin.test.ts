import fc from 'fast-check';
import { urlText } from '../../../src/domain/canonical-url';
import { createOriginResolver, type RequestLine } from '../../../src/http/request-origin';

const proxy = '10.1.0.1';
const trusting = createOriginResolver({
  trustedProxies: ['10.1.0.0/16', 'fd00::/8'],
  headerFamily: 'x-forwarded',
});
const rfc7239 = createOriginResolver({ trustedProxies: ['10.1.0.0/16'], headerFamily: 'forwarded' });

function request(headers: [string, string][], over: Partial<RequestLine> = {}): RequestLine {
  return { rawHeaders: headers.flat(), target: '/', path: '/', peerAddress: proxy, isTls: false, ...over };
}

function seen(origin: ReturnType<typeof trusting>): string {
  return origin.ok ? `${urlText(origin.url)} from ${origin.clientAddress}` : `refused: ${origin.why}`;
}

describe('the URL and the client of a request', () => {
  it('come from Host and the peer when no proxy is trusted, whatever forwarding headers say', () => {
    const forged: [string, string][] = [
      ['Host', 'inv.example'],
      ['X-Forwarded-Host', 'evil.example'],
      ['X-Forwarded-For', '192.0.2.9'],
      ['X-Forwarded-Proto', 'https'],
      ['X-Real-IP', '192.0.2.8'],
      ['True-Client-IP', '192.0.2.7'],
    ];
    expect(seen(trusting(request(forged, { peerAddress: '203.0.113.5' })))).toBe(
      'http://inv.example from 203.0.113.5',
    );
  });

  it('come from the nearest trusted proxy', () => {
    const headers: [string, string][] = [
      ['Host', 'gatehouse:8080'],
      ['X-Forwarded-Host', 'inv.example'],
      ['X-Forwarded-Proto', 'https'],
      ['X-Forwarded-For', '203.0.113.5'],
    ];
    expect(seen(trusting(request(headers)))).toBe('https://inv.example from 203.0.113.5');
  });

  it('walk X-Forwarded-For from the right to the first address that is no trusted proxy', () => {
    const via = (list: string) =>
      seen(
        trusting(
          request([
            ['Host', 'inv.example'],
            ['X-Forwarded-For', list],
          ]),
        ),
      );
    expect(via('10.0.0.5, 203.0.113.5, 10.1.9.9')).toBe('http://inv.example from 203.0.113.5');
    expect(via('203.0.113.5:4711')).toBe('http://inv.example from 203.0.113.5');
    expect(via('unknown, 10.1.2.3')).toBe('http://inv.example from 10.1.2.3');
    expect(via('::ffff:203.0.113.5')).toBe('http://inv.example from 203.0.113.5');
  });

  it('are refused when a trusted proxy passes two values for host or scheme on', () => {
    for (const header of ['X-Forwarded-Host', 'X-Forwarded-Proto']) {
      const both = seen(
        trusting(
          request([
            ['Host', 'a.example'],
            [header, 'http, https'],
          ]),
        ),
      );
      expect(both).toBe('refused: contradicting forwarding headers');
      const twice = seen(
        trusting(
          request([
            ['Host', 'a.example'],
            [header, 'http'],
            [header, 'https'],
          ]),
        ),
      );
      expect(twice).toBe('refused: contradicting forwarding headers');
    }
  });

  it('are refused beyond 20 hops', () => {
    const hops = (n: number) => Array.from({ length: n }, () => '10.1.0.9').join(',');
    expect(
      seen(
        trusting(
          request([
            ['Host', 'a.example'],
            ['X-Forwarded-For', hops(20)],
          ]),
        ),
      ),
    ).toMatch(/^http:/);
    expect(
      seen(
        trusting(
          request([
            ['Host', 'a.example'],
            ['X-Forwarded-For', hops(21)],
          ]),
        ),
      ),
    ).toMatch(/^refused/);
  });

  it('need exactly one Host that is a host name', () => {
    expect(seen(trusting(request([])))).toBe('refused: 0 Host headers');
    expect(
      seen(
        trusting(
          request([
            ['Host', 'a.example'],
            ['host', 'b.example'],
          ]),
        ),
      ),
    ).toBe('refused: 2 Host headers');
    expect(seen(trusting(request([['Host', 'user@b.example']])))).toBe('refused: not a host name');
    expect(seen(trusting(request([['Host', 'b.example:99999']])))).toBe('refused: not a host name');
    expect(seen(trusting(request([['Host', 'B.Example.:8080']])))).toBe(
      'http://b.example:8080 from 10.1.0.1',
    );
  });

  it('refuse an absolute request target that names another host', () => {
    const headers: [string, string][] = [['Host', 'inv.example']];
    expect(seen(trusting(request(headers, { target: 'http://evil.example/' })))).toMatch(/^refused/);
    expect(seen(trusting(request(headers, { target: 'http://INV.example/' })))).toMatch(/^http:/);
  });

  it('read Forwarded instead of X-Forwarded when that is the family of the proxies, and only that', () => {
    const headers: [string, string][] = [
      ['Host', 'gatehouse'],
      ['X-Forwarded-Host', 'evil.example'],
      ['Forwarded', 'for=192.0.2.1;host=evil.example, for="203.0.113.5:1234";host=inv.example;proto=https'],
    ];
    expect(seen(rfc7239(request(headers)))).toBe('https://inv.example from 203.0.113.5');
    expect(
      seen(
        rfc7239(
          request([
            ['Host', 'a'],
            ['Forwarded', 'for="[2001:db8::7]:80"'],
          ]),
        ),
      ),
    ).toBe('http://a from 2001:db8::7');
    expect(
      seen(
        rfc7239(
          request([
            ['Host', 'a'],
            ['Forwarded', 'garbage'],
          ]),
        ),
      ),
    ).toMatch(/^refused/);
  });

  it('refuse whatever else a request target can be', () => {
    const headers: [string, string][] = [['Host', 'inv.example']];
    const targets = ['*', 'inv.example:80', 'ftp://inv.example/', 'http://user@inv.example/', 'http://', ''];
    for (const target of targets) expect(seen(trusting(request(headers, { target })))).toMatch(/^refused/);
    for (const target of ['http://inv.example.:80/', 'https://inv.example:443', '/http://evil.example/'])
      expect(seen(trusting(request(headers, { target })))).toMatch(/^http:/);
  });

  it('are one for every spelling of the same name', () => {
    const spelled = ['INV.EXAMPLE', 'inv.example.', 'inv.example:80', 'Inv.Example.:0080'];
    for (const host of spelled)
      expect(seen(trusting(request([['Host', host]])))).toMatch(/^http:\/\/inv.example /);
    expect(seen(trusting(request([['Host', 'XN--BCHER-KVA.example']])))).toMatch(/xn--bcher-kva.example /);
  });

  it.each([
    'inv.ex\u00aample',
    'b\u00fccher.example',
    'inv.example\u00a0',
    'inv.example ',
    'a,b',
    'a b',
    '[::1%eth0]',
    ':80',
    '',
  ])('refuse %j as a Host', (host) => {
    expect(seen(trusting(request([['Host', host]])))).toBe('refused: not a host name');
  });

  it('never go by a path that leads out of itself', () => {
    for (const path of ['/glpi/../x', '/glpi/%2E%2e/x', '/.', '/a/./b', '..'])
      expect(seen(trusting(request([['Host', 'inv.example']], { path })))).toMatch(/^refused: path/);
    for (const path of ['/a..b', '/...', '/.well-known', '/a.'])
      expect(seen(trusting(request([['Host', 'inv.example']], { path })))).toMatch(/^http:/);
  });

  it('are found in no more time than the path is long', () => {
    const path = '/'.repeat(100_000) + 'x' + '/'.repeat(100_000);
    const origin = trusting(request([['Host', 'inv.example']], { path }));
    expect(origin.ok && origin.url.basePath.length).toBe(100_001);
  });

  it('are refused when one proxy says the same thing twice in Forwarded', () => {
    for (const value of ['host=a;host=b', 'proto=http;Proto=https', 'for=1.2.3.4;for=5.6.7.8'])
      expect(
        seen(
          rfc7239(
            request([
              ['Host', 'a.example'],
              ['Forwarded', value],
            ]),
          ),
        ),
      ).toBe('refused: contradicting forwarding headers');
  });

  it('do not come from what a client wrote before the proxy in Forwarded', () => {
    const forged = ['for="', 'for="[', 'host=evil.example;proto=https', 'for=10.1.0.9;host=evil.example'];
    for (const value of forged) {
      const origin = rfc7239(
        request([
          ['Host', 'a.example'],
          ['Forwarded', `${value}, for=203.0.113.5`],
        ]),
      );
      expect(seen(origin)).toMatch(/^(refused: contra|http:\/\/a.example from 203\.0\.113\.5$)/);
    }
  });

  it('trust no peer that has no address', () => {
    const headers: [string, string][] = [
      ['Host', 'a.example'],
      ['X-Forwarded-Host', 'evil.example'],
    ];
    expect(seen(trusting(request(headers, { peerAddress: '' })))).toBe('http://a.example from ');
  });

  it('tell when forwarding headers were ignored, and why', () => {
    const told: string[] = [];
    const resolve = createOriginResolver(
      { trustedProxies: ['10.1.0.0/16'], headerFamily: 'x-forwarded' },
      (why) => told.push(why),
    );
    const host: [string, string] = ['Host', 'a.example'];
    resolve(request([host]));
    resolve(request([host, ['X-Forwarded-For', '1.2.3.4'], ['X-Forwarded-Host', 'b']]));
    expect(told).toEqual([]);
    resolve(
      request([host, ['X-Forwarded-For', '1.2.3.4'], ['Forwarded', 'host=b']], { peerAddress: '192.0.2.1' }),
    );
    resolve(request([host, ['Forwarded', 'host=b']]));
    expect(told).toEqual(['untrusted_peer', 'other_family']);
  });

  it('of an untrusted peer depend on nothing but Host, whatever else it sends', () => {
    const forwarding = fc.constantFrom(
      'X-Forwarded-For',
      'X-Forwarded-Host',
      'X-Forwarded-Proto',
      'X-Forwarded-Port',
      'Forwarded',
      'X-Real-IP',
      'True-Client-IP',
      'CF-Connecting-IP',
      'Client-Cert',
    );
    const value = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.constantFrom('https', 'evil.example', '10.1.0.1', 'host=evil.example'),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(forwarding, value), { maxLength: 8 }), (headers) => {
        for (const resolve of [trusting, rfc7239]) {
          const origin = resolve(
            request([['Host', 'inv.example'], ...headers], { peerAddress: '203.0.113.5' }),
          );
          expect(seen(origin)).toBe('http://inv.example from 203.0.113.5');
        }
      }),
    );
  });

  it('behind a proxy name a client that is the proxy or the right-most stranger', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const hop = fc.oneof(
      fc.tuple(octet, octet, octet, octet).map((octets) => octets.join('.')),
      fc.tuple(octet, octet).map(([a, b]) => `10.1.${a}.${b}`),
      fc.constantFrom('unknown', '_hidden', '2001:db8::1', 'fd00::7', ''),
    );
    fc.assert(
      fc.property(fc.array(hop, { maxLength: 12 }), (hops) => {
        const { clientAddress } = trusting(
          request([
            ['Host', 'a.example'],
            ['X-Forwarded-For', hops.join(', ')],
          ]),
        );
        const isProxy = (text: string) => /^(10\.1\.|fd00:)/.test(text);
        const right = hops.filter((one) => one !== '').toReversed();
        const stop = right.findIndex((one) => !isProxy(one));
        const stranger = stop < 0 ? undefined : right[stop];
        const nearest = stop < 0 ? (right.at(-1) ?? proxy) : (right[stop - 1] ?? proxy);
        const isReadable = stranger !== undefined && !/^[u_]/.test(stranger);
        expect(clientAddress).toBe(isReadable ? stranger : nearest);
      }),
    );
  });

  it('are decided for any headers without throwing', () => {
    const header = fc.tuple(
      fc.constantFrom(
        'Host',
        'X-Forwarded-For',
        'X-Forwarded-Host',
        'X-Forwarded-Proto',
        'Forwarded',
        'X-Forwarded-Port',
      ),
      fc.string({ unit: 'binary', maxLength: 40 }),
    );
    fc.assert(
      fc.property(fc.array(header, { maxLength: 8 }), fc.string({ maxLength: 40 }), (headers, target) => {
        for (const resolve of [trusting, rfc7239])
          expect(typeof resolve(request(headers, { target })).ok).toBe('boolean');
      }),
    );
  });
});
