import fc from 'fast-check';
import { readTokenFields } from '../../../src/http/token-fields';
import { isTokenPath } from '../../../src/http/token-request';
import type { PresentedCredential } from '../../../src/ingest/received-submission';

const basic = (user: string, password: string): PresentedCredential[] => [
  { carrier: 'basic', text: password },
  { carrier: 'basic', text: user },
];
const read = (body: string, presented: PresentedCredential[] = []) =>
  readTokenFields(Buffer.from(body), presented);
const asked = (clientId: string | undefined, text: string) => ({
  ok: true,
  clientId,
  credentials: [{ carrier: 'oauth', text }],
});

describe('the fields of a token request', () => {
  const json =
    '{"grant_type":"client_credentials","client_id":"kid","client_secret":"s","scope":"inventory"}';
  it.each([
    ['JSON, as GLPI Agent sends it', json],
    ['JSON after a byte order mark and blanks', `\ufeff \n${json}`],
    ['a form, as RFC 6749 has it', 'grant_type=client_credentials&client_id=kid&client_secret=s'],
  ])('are read from %s', (_name, body) => {
    expect(read(body)).toEqual(asked('kid', 's'));
  });

  it('are taken from the Authorization header when the body has no secret', () => {
    expect(read('grant_type=client_credentials', basic('kid', 's'))).toEqual(asked('kid', 's'));
    expect(read('grant_type=client_credentials&client_id=a', basic('kid', 's'))).toEqual(asked('a', 's'));
  });

  it('come from the body when both are there, as agents send the userinfo of their URL unasked', () => {
    expect(read(json, basic('other', 'x'))).toEqual(asked('kid', 's'));
  });

  it('take nothing but Basic from the headers', () => {
    const others: PresentedCredential[] = [
      { carrier: 'bearer', text: 'a' },
      { carrier: 'header', text: 'b' },
      { carrier: 'path', text: 'c' },
    ];
    expect(read('grant_type=client_credentials', others)).toEqual({ ok: false, error: 'invalid_request' });
  });

  it.each([
    ['', 'invalid_request'],
    ['{', 'invalid_request'],
    ['[]', 'invalid_request'],
    ['null', 'invalid_request'],
    ['<xml/>', 'invalid_request'],
    ['{"client_id":"kid","client_secret":"s"}', 'invalid_request'],
    ['{"grant_type":"client_credentials","client_secret":["s"]}', 'invalid_request'],
    ['{"grant_type":"client_credentials","client_secret":{"s":1}}', 'invalid_request'],
    ['{"grant_type":["client_credentials"],"client_secret":"s"}', 'invalid_request'],
    ['grant_type=client_credentials&client_secret=a&client_secret=b', 'invalid_request'],
    ['{"grant_type":"password","client_secret":"s"}', 'unsupported_grant_type'],
    ['grant_type=authorization_code&client_secret=s', 'unsupported_grant_type'],
  ])('are refused: %s', (body, error) => {
    expect(read(body)).toEqual({ ok: false, error });
  });

  it('are read from any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, isJson) => {
        const body = Buffer.concat([Buffer.from(isJson ? '{"' : ''), bytes]);
        expect(typeof readTokenFields(body, []).ok).toBe('boolean');
      }),
    );
  });
});

describe('the path of a token request', () => {
  it.each([
    '/api.php/token',
    '/api.php/token/',
    '/glpi/api.php/token',
    '/front/inventory.php/api.php/token',
    '/Inventory/api.php/token',
  ])('%s is one', (path) => {
    expect(isTokenPath(path)).toBe(true);
  });

  it.each(['/', '/api.php', '/api.php/tokens', '/api.php/token/x', '/xapi.php/token', '/api.php/TOKEN'])(
    '%s is none',
    (path) => {
      expect(isTokenPath(path)).toBe(false);
    },
  );
});
