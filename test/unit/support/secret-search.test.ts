import { randomBytes } from 'node:crypto';
import { issueSecret } from '../../../src/domain/key-format';
import { createSecretSearch } from '../../support/secret-search';

/** The check that nothing of a secret leaks is worth what it finds: each way a secret can be hidden is planted here. */
const { full, id } = issueSecret('grk', randomBytes);
const secret = full.split('_')[2] ?? '';
const search = createSecretSearch();
search.add(full);
const line = (text: string) => `{"level":30,"msg":"request","url":"/k/${text}/front/inventory.php"}`;
const basic = (text: string) => Buffer.from(text).toString('base64');

describe('a planted secret is found', () => {
  it.each([
    ['the whole key', full],
    ['the secret without prefix and id', secret],
    ['the first half of it', secret.slice(0, 22)],
    ['the second half of it', secret.slice(-22)],
    ['in lower case', full.toLowerCase()],
    ['inside other text', `abc${full}def`],
    ['as Basic user', `Basic ${basic(`${full}:x`)}`],
    ['as Basic password', `Basic ${basic(`agent:${full}`)}`],
    ['as Basic pair cut at its start', basic(`agent:${full}`).slice(3)],
    ['as Basic pair cut at its end', basic(`${full}:x`).slice(0, -9)],
    ['percent-encoded in part', `${full.slice(0, 30)}%${full.charCodeAt(30).toString(16)}${full.slice(31)}`],
    ['percent-encoded in full', full.replace(/./g, (c) => `%${c.charCodeAt(0).toString(16)}`)],
    ['in JSON in JSON', JSON.stringify(JSON.stringify({ authorization: full }))],
  ])('%s', (_title, text) => {
    const found = search.findIn(line(text));
    expect(found).not.toEqual([]);
    expect(found.join()).not.toContain(secret);
  });
});

describe('what is public is not taken for a secret', () => {
  it.each([
    ['the key id', `grk_${id}_[secret]`],
    ['the hint', full.slice(-4)],
    ['another key', issueSecret('grk', randomBytes).full],
    ['a digest', randomBytes(32).toString('hex')],
    ['nothing', ''],
  ])('%s', (_title, text) => {
    expect(search.findIn(line(text))).toEqual([]);
  });
});

it('a token is told by its signature, an opaque secret by any part', () => {
  const other = createSecretSearch();
  other.add('grt_eyJraWQiOiJhYmNkZWZnaGlqa2wifQ.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg');
  other.add('opaque-text-of-an-operator-1');
  expect(other.findIn('eyJraWQiOiJhYmNkZWZnaGlqa2wifQ')).toEqual([]);
  expect(other.findIn('c2lnbmF0dXJlLW9mLXRoZS10b2tlbg')).toHaveLength(1);
  expect(other.findIn('token=opaque-text-of-an-operator-1;')).toHaveLength(1);
});
