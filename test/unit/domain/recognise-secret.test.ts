import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { issueSecret } from '../../../src/domain/key-format';
import {
  keyPlaceholderPrefix,
  recogniseSecret,
  secretKinds,
  type SecretKind,
} from '../../../src/domain/recognise-secret';

const { full: key, id: kid } = issueSecret('grk', randomBytes);
const swapped = key.slice(0, 30) + (key[30] === 'a' ? 'b' : 'a') + key.slice(31);
const network = Buffer.from(
  JSON.stringify({ customer: 'ACME', end: '2027-01-01', signature: 'x'.repeat(200) }),
).toString('base64');
const otherPrefix = (prefix: string) => `${prefix}${key.slice(4)}`;

const cases: [string, string, SecretKind][] = [
  ['a key', key, 'registration-key'],
  ['a key with a character mistyped', swapped, 'registration-key-mistyped'],
  ['a key with a character left out', key.slice(0, 30) + key.slice(31), 'registration-key-truncated'],
  ['a key with a bad character in it', `${key.slice(0, 30)}-${key.slice(31)}`, 'registration-key-mistyped'],
  ['the beginning of a key', key.slice(0, 40), 'registration-key-truncated'],
  ['its prefix', 'grk_', 'registration-key-truncated'],
  ['a key with something behind it', `${key}:x`, 'registration-key-extended'],
  ['a key with a line break behind it', `${key}\n`, 'registration-key-wrapped'],
  ['a key in quotes', `"${key}"`, 'registration-key-wrapped'],
  ['a key in typographic quotes', `\u201c${key}\u201d`, 'registration-key-wrapped'],
  ['a key broken over lines', `${key.slice(0, 33)}\r\n ${key.slice(33)}`, 'registration-key-wrapped'],
  ['a mistyped key in quotes', `'${swapped}'`, 'registration-key-mistyped'],
  ['the kid alone', 'AbCdEf123456', 'registration-key-public-part'],
  ['our placeholder', `${keyPlaceholderPrefix}_${kid}`, 'placeholder'],
  ['a placeholder of ours in a command line', '<registration key>', 'placeholder'],
  ['a variable of a shell', '${GATEHOUSE_KEY}', 'placeholder'],
  ['a variable of a batch file', '%KEY%', 'placeholder'],
  ['an admin token', issueSecret('gra', randomBytes).full, 'admin-token'],
  ['an admin token, mistyped', `${issueSecret('gra', randomBytes).full}x`, 'admin-token'],
  ['an access token', 'grt_YWJj.ZGVm', 'access-token'],
  ['a session of the console', otherPrefix('grs_'), 'console-session'],
  ['the token of an installation', otherPrefix('gri_'), 'registration-token'],
  ['a webhook secret', otherPrefix('grw_'), 'webhook-secret'],
  ['a device key', otherPrefix('grd_'), 'device-key'],
  ['a test key', otherPrefix('grkt_'), 'test-key'],
  ['a GLPI Network key', network, 'glpi-network-key'],
  ['a GLPI Network key over lines', network.replace(/(.{76})/g, '$1\n'), 'glpi-network-key'],
  ['a token of the GLPI API', 'q56hqkniwot8wntb3z1qarka5atf365taaa2uyjr', 'glpi-api-token'],
  ['a JSON Web Token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', 'jwt'],
  ['a UUID', 'acd1a9fa-e74d-11f1-ba19-e87ffa90f81a', 'uuid'],
  ['a UUID without dashes', 'ACD1A9FAE74D11F1BA19E87FFA90F81A', 'uuid'],
  ['a licence key', 'VK7JG-NPHTM-C97JM-9MPGT-3V66T', 'licence-key'],
  ['a URL', 'https://inventory.example.org/', 'url'],
  ['an e-mail address', 'admin@example.org', 'email'],
  ['a password', 'hunter2!', 'word'],
  ['a name', 'fusioninventory', 'word'],
  ['nothing', '', 'empty'],
  ['blanks', ' \n', 'empty'],
  ['a long text of no form', '\u00e9'.repeat(300), 'unknown'],
];

describe('a text given for a registration key', () => {
  it.each(cases)('is recognised: %s', (_name, text, kind) => {
    expect(recogniseSecret(text).looksLike).toBe(kind);
  });

  it('is of one of the kinds that have a case here', () => {
    expect(new Set(cases.map(([, , kind]) => kind))).toEqual(new Set(secretKinds));
  });

  it('never stands in what is told about it', () => {
    const told = new Map<SecretKind, string>();
    for (const [, text] of cases) {
      const { looksLike, needed } = recogniseSecret(text);
      // One sentence for all texts of a kind: nothing of the text is in it.
      expect(told.get(looksLike) ?? needed).toBe(needed);
      told.set(looksLike, needed);
      expect(`${looksLike} ${needed}`).not.toMatch(/gr[a-z]_[0-9A-Za-z]/);
    }
  });

  it('is recognised without throwing and in no time, whatever it is', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 2000 }),
      fc.constantFrom('grk_', 'gra_', 'eyJ', 'a-', 'a@', 'a.', '"', '0').map((piece) => piece.repeat(2000)),
      fc.string({ maxLength: 80 }).map((rest) => `grk_${rest}`),
    );
    fc.assert(
      fc.property(text, (given) => {
        expect(secretKinds).toContain(recogniseSecret(given).looksLike);
      }),
    );
  });
});
