import { randomBytes } from 'node:crypto';
import { issueSecret } from '../../../src/domain/key-format';
import { maskSecrets, urlWithoutSecrets, withoutSecrets } from '../../../src/domain/withhold-secrets';

const { full, id } = issueSecret('grk', randomBytes);
const token = `grt_${Buffer.from(`${id}.1800000000.0011223344556677`).toString('base64url')}.${randomBytes(32).toString('base64url')}`;

describe('a secret is cut out of text', () => {
  it.each([
    ['a registration key', full],
    ['an admin token', issueSecret('gra', randomBytes).full],
    ['an access token', token],
    ['a key that was cut short', full.slice(0, 30)],
    ['a key with a letter too many', `${full}x`],
    ['a key without its second underscore', full.replace(`${id}_`, id)],
  ])('%s', (_title, secret) => {
    expect(withoutSecrets(`GET /k/${secret}/x "${secret}"`)).toBe('GET /k/[secret]/x "[secret]"');
    const masked = maskSecrets(Buffer.from(`glpi-agent --server=http://${secret}:x@é`))?.toString() ?? '';
    expect(masked).toMatch(/^glpi-agent --server=http:\/\/gr[a-z]+_(\w{12}_)?\*+:x@é$/);
    expect(masked).toHaveLength(`glpi-agent --server=http://${secret}:x@é`.length);
  });
});

it.each([
  '',
  'grk_',
  'great_things',
  `grk_${id}`,
  `${id}_abc`,
  'group_policy_client',
  'grub_efi_amd64_signed',
])('leaves alone what is public or something else: %j', (text) => {
  expect(withoutSecrets(text)).toBe(text);
  expect(maskSecrets(Buffer.from(text))).toBeUndefined();
});

it('a URL is shown without a secret, however that is encoded, and as it was sent when it holds none', () => {
  const encoded = full.replace(/[aeiou_]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
  for (const secret of [full, encoded, full.toLowerCase()]) {
    expect(urlWithoutSecrets(`http://localhost/key/${secret}/a%20b`)).toMatch(
      /^http:\/\/localhost\/key\/\[secret\]\/a(%20| )b$/,
    );
  }
  expect(urlWithoutSecrets('http://localhost/a%20b/%zz')).toBe('http://localhost/a%20b/%zz');
});
