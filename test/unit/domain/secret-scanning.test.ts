import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { issueSecret, parseSecret, secretPrefixes } from '../../../src/domain/key-format';

/** docs/secret-scanning.md is what others build scanners from: what it says is run here. */
const text = readFileSync(path.resolve(__dirname, '../../../docs/secret-scanning.md'), 'utf8');
const block = (language: string) => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(text)?.[1] ?? '';

const pattern = new RegExp(block('regex').trim());
const vectors = text
  .slice(text.indexOf('<!-- vectors'))
  .split('\n')
  .flatMap((line) => {
    const row = /^\| `([^`]+)` \| (yes|no) \|/.exec(line);
    return row === null ? [] : [[row[1] ?? '', row[2] === 'yes'] as const];
  });

/** As the document describes it, written anew: not the function that issues. */
function hasChecksum(secret: string): boolean {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let crc = 0xffffffff;
  for (const byte of Buffer.from(secret.slice(0, -6), 'ascii')) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  let rest = (crc ^ 0xffffffff) >>> 0;
  let checksum = '';
  for (let i = 0; i < 6; i++) {
    checksum = digits.charAt(rest % 62) + checksum;
    rest = Math.floor(rest / 62);
  }
  return checksum === secret.slice(-6);
}
const isFound = (line: string) => {
  const found = pattern.exec(line)?.[0];
  return found !== undefined && hasChecksum(found);
};

describe('the documented rule for secret scanners', () => {
  it.each(secretPrefixes.map((prefix) => [prefix]))('finds every issued secret: %s', (prefix) => {
    for (let i = 0; i < 200; i++) {
      const { full } = issueSecret(prefix, randomBytes);
      for (const line of [full, `KEY=${full}`, `https://${full}:x@inv.example/`, `"${full}",`, `/k/${full}/`])
        expect(isFound(line)).toBe(true);
    }
  });

  it('finds none that differs in one letter, is cut or goes on', () => {
    const { full } = issueSecret('grk', randomBytes);
    for (let at = 4; at < full.length; at++) {
      if (full[at] === '_') continue;
      const other = full[at] === 'a' ? 'b' : 'a';
      expect(isFound(full.slice(0, at) + other + full.slice(at + 1))).toBe(false);
    }
    for (const near of [
      full.slice(1),
      full.slice(0, -1),
      `${full}a`,
      `a${full}`,
      `${full}_`,
      full.slice(0, 16),
    ])
      expect(isFound(near)).toBe(false);
  });

  it('agrees with its test vectors, and Gatehouse with both', () => {
    expect(vectors.map(([, isSecret]) => isSecret)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    for (const [vector, isSecret] of vectors) {
      expect([vector, isFound(vector)]).toEqual([vector, isSecret]);
      const forms = secretPrefixes.map((prefix) => parseSecret(prefix, vector).form);
      expect(forms.includes('ok')).toBe(isSecret);
    }
  });

  it('is the same in every scanner that is shown', () => {
    const core = block('regex').trim().replaceAll('\\b', '');
    expect(block('toml')).toContain(core);
    expect(block('yaml')).toContain(core);
    expect(text.slice(text.indexOf('Secret format'))).toContain(core);
  });

  const hasPython = spawnSync('python3', ['-c', 'import zlib']).status === 0;
  (hasPython ? it : it.skip)('is right in the Python that is shown', () => {
    const program = `${block('python')}\nimport sys, json\nprint(json.dumps([is_secret(t) for t in json.load(sys.stdin)]))`;
    const wellFormed = vectors.filter(([vector]) => pattern.test(vector));
    const input = JSON.stringify(wellFormed.map(([vector]) => vector));
    const { stdout } = spawnSync('python3', ['-c', program], { input, encoding: 'utf8' });
    expect(JSON.parse(stdout)).toEqual(wellFormed.map(([, isSecret]) => isSecret));
  });
});
