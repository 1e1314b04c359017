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
