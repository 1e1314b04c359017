import { judgeCentral } from '../../../src/forward/judge-central';

const now = new Date('2026-11-28T09:00:00Z');
const judge = (status: number, body: unknown, retryAfter?: string, contentType = 'application/json') =>
  judgeCentral(
    { status, contentType, body: typeof body === 'string' ? body : JSON.stringify(body), retryAfter },
    now,
  );
const verdict = (said: string, reason: string | null = null) => ({
  ...{ service: 'gatehouse', verdict: said, reason, phrase: reason && 'Held' },
});
const error = (code: string) => ({ service: 'gatehouse', error: { code, message: 'No' } });

describe('what a central Gatehouse answers a relay', () => {
  test.each([
    ['accepted', 200, verdict('accepted'), { kind: 'delivered' }],
    [
      'held',
      200,
      verdict('quarantined', 'identity_conflict'),
      { kind: 'delivered', held: 'identity_conflict: Held' },
    ],
    ['refused', 200, verdict('refused', 'quota_exceeded'), { kind: 'refused', why: 'rejected' }],
    ['of another version', 200, verdict('thought about'), { kind: 'down', why: 'not_glpi' }],
    ['key revoked', 403, error('key_revoked'), { kind: 'down', why: 'credential_refused' }],
    ['registration revoked', 403, error('registration_revoked'), { kind: 'down', why: 'credential_refused' }],
    ['token lost', 403, error('token_invalid'), { kind: 'down', why: 'credential_refused' }],
    ['bound elsewhere', 403, error('key_url_mismatch'), { kind: 'down', why: 'credential_refused' }],
    ['a loop', 508, error('proxy_loop'), { kind: 'down', why: 'loop' }],
    ['too long a chain', 508, error('proxy_chain_too_long'), { kind: 'refused', why: 'rejected' }],
    ['too large', 413, error('message_refused'), { kind: 'refused', why: 'too_large' }],
    ['not read', 400, error('message_refused'), { kind: 'refused', why: 'rejected' }],
    [
      'busy in agents’ words',
      503,
      { status: 'error', message: 'Gateway busy' },
      { kind: 'down', why: 'unavailable' },
    ],
    ['another program', 200, { status: 'ok' }, { kind: 'down', why: 'not_glpi' }],
    ['a page', 502, '<html></html>', { kind: 'down', why: 'unavailable' }],
    ['an older Gatehouse', 404, '', { kind: 'down', why: 'wrong_url' }],
    [
      'a fault of its own',
      500,
      { status: 'error', message: 'Gateway error' },
      { kind: 'failed', why: 'server_error' },
    ],
  ])('%s', (_what, status, body, expected) => {
    expect(judge(status, body)).toMatchObject(expected);
  });

  test('too much: it waits as long as it is told to', () => {
    expect(judge(429, error('rate_limited'), '60')).toMatchObject({
      ...{ kind: 'down', why: 'overloaded', retryAfterMs: 60_000 },
      detail: 'central Gatehouse: rate_limited: No',
    });
  });
});
