import { judgeAnswer, maxDetailLength, type UpstreamAnswer } from '../../../src/forward/judge-answer';

const now = new Date('2026-03-02T08:00:00Z');
const judge = (status: number, contentType: string, body: string | undefined, retryAfter?: string) =>
  judgeAnswer({ status, contentType, body, retryAfter } satisfies UpstreamAnswer, now);
const json = 'application/json';
const html = 'text/html';

/** What a GLPI 10.0.16 was seen to answer, and what it means. */
const table: [string, number, string, string, string, string | undefined][] = [
  ['inventory taken', 200, json, '{"expiration":"24","status":"ok"}', 'delivered', undefined],
  ['taken, without agent id', 200, json, '{"RESPONSE":"SEND"}', 'delivered', undefined],
  [
    'taken, in XML',
    200,
    'application/xml',
    '<REPLY><RESPONSE>SEND</RESPONSE></REPLY>',
    'delivered',
    undefined,
  ],
  [
    'maintenance',
    200,
    html,
    '<html><title>GLPI</title>Service is down for maintenance.',
    'down',
    'maintenance',
  ],
  ['disabled', 200, html, 'Inventory is disabled', 'down', 'inventory_disabled'],
  ['disabled, GLPI 11', 403, json, '{"message":"Inventory is disabled"}', 'down', 'inventory_disabled'],
  ['its database away', 200, html, '<h1>Mysql Error</h1>', 'down', 'database_down'],
  ['sign-in page', 200, html, '<html>Access denied</html>', 'down', 'not_glpi'],
  [
    'schema',
    400,
    json,
    '{"status":"error","message":"JSON does not validate. Violations:\\nx","expiration":24}',
    'refused',
    'schema',
  ],
  ['web server’s own 400', 400, html, '<html>Bad Request', 'down', 'not_glpi'],
  [
    'after commit',
    500,
    json,
    '{"status":"error","message":"Following keys has been ignored"}',
    'failed',
    'server_error',
  ],
  ['out of memory', 500, html, '', 'failed', 'server_error'],
  ['fpm away', 502, html, '<html>Bad Gateway', 'down', 'unavailable'],
  [
    'no credential',
    401,
    json,
    '{"message":"Authorization header required to send an inventory"}',
    'down',
    'credential_refused',
  ],
  ['plugin not installed', 403, html, '', 'down', 'credential_refused'],
  ['wrong path', 404, html, 'Not Found', 'down', 'wrong_url'],
  ['other method', 405, html, '', 'down', 'wrong_url'],
  [
    'unknown query',
    501,
    json,
    '{"status":"error","message":"Query \'x\' is not supported."}',
    'down',
    'wrong_url',
  ],
  ['to the sign-in page', 302, html, '', 'down', 'wrong_url'],
  ['web server that waited too long', 408, html, '<html>Request Timeout', 'failed', 'timeout'],
  ['web server’s limit', 413, html, '<html>Too Large', 'refused', 'too_large'],
  ['half an answer', 200, json, '{"expiration":"24","sta', 'failed', 'answer_cut'],
  [
    'half an answer in XML',
    200,
    'application/xml',
    '<REPLY><RESPONSE>SEND</RESPONSE></REP',
    'failed',
    'answer_cut',
  ],
  ['nothing', 200, json, '', 'failed', 'answer_cut'],
  ['error with 200', 200, json, '{"status":"error","message":"no","expiration":1}', 'refused', 'rejected'],
  ['put off', 202, json, '{"status":"pending","expiration":"10s"}', 'failed', 'pending'],
  ['ok on a page for people', 200, html, '{"status":"ok"}', 'down', 'not_glpi'],
];

test.each(table)('an answer is judged by its type and body: %s', (_, status, type, body, kind, why) => {
  const judged = judge(status, type, body);
  expect(judged.kind).toBe(kind);
  expect('why' in judged ? judged.why : undefined).toBe(why);
});

test('an answer labelled as compressed that is not says nothing of what became of the inventory', () => {
  expect(judge(200, 'application/x-compress-zlib', undefined)).toMatchObject({
    kind: 'failed',
    why: 'answer_unreadable',
  });
});

test('what the upstream says is kept on one line, without control characters, and bounded', () => {
  const message = `JSON does not\nvalidate\u0000 \u202e${'x'.repeat(500)}`;
  const judged = judge(400, json, JSON.stringify({ status: 'error', message }));
  expect(judged).toMatchObject({ kind: 'refused', why: 'schema' });
  const detail = 'detail' in judged ? judged.detail : '';
  expect(detail.length).toBe(maxDetailLength);
  expect(detail).toMatch(/^JSON does not validate x+$/);
});

test('Retry-After is followed in seconds and as a date, up to an hour', () => {
  expect(judge(503, html, '', '120')).toMatchObject({ retryAfterMs: 120_000 });
  expect(judge(429, html, '', 'Mon, 02 Mar 2026 08:01:00 GMT')).toMatchObject({ retryAfterMs: 60_000 });
  expect(judge(503, html, '', '999999')).toMatchObject({ retryAfterMs: 3_600_000 });
  expect(judge(503, html, '', 'soon')).toMatchObject({ retryAfterMs: undefined });
});
