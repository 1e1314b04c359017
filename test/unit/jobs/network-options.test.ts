import { encodeReply } from '../../../src/protocol/encode-reply';
import { readNetworkOptions } from '../../../src/protocol/network-options';

const option = (inside: string, name = 'NETDISCOVERY') => `<OPTION><NAME>${name}</NAME>${inside}</OPTION>`;
const reply = (inside: string) => `<?xml version="1.0"?>\n<REPLY>${inside}</REPLY>`;
const ranges = (n: number) => Array.from({ length: n }, (_, i) => `<RANGEIP ID="${i}"/>`).join('');

it('reads the elements and attributes that agents read, and nothing else', () => {
  const inside =
    '<PARAM PID="7" remote="https://elsewhere" OK_1="a&amp;b"/><EVIL X="1"/><PARAM><DEVICE IP="9"/></PARAM>';
  expect(readNetworkOptions(reply(option(inside)))).toEqual([
    {
      task: 'netdiscovery',
      elements: [
        { name: 'PARAM', attributes: { PID: '7', OK_1: 'a&b' } },
        { name: 'PARAM', attributes: {} },
      ],
    },
  ]);
});

it('takes so many options, elements and attributes, and not one more', () => {
  const options = (n: number) => Array.from({ length: n }, () => option('<PARAM/>')).join('');
  expect(readNetworkOptions(reply(options(101)))).toHaveLength(100);
  // The root, the option and its name are elements too.
  expect(readNetworkOptions(reply(option(ranges(19_997))))?.[0]?.elements).toHaveLength(19_997);
  expect(readNetworkOptions(reply(option(ranges(19_998))))).toBeUndefined();
  const attributes = Array.from({ length: 41 }, (_, i) => `A${i}="${i}"`).join(' ');
  const [read] = readNetworkOptions(reply(option(`<PARAM ${attributes}/>`))) ?? [];
  expect(Object.keys(read?.elements[0]?.attributes ?? {})).toHaveLength(40);
  const long = (n: number) =>
    readNetworkOptions(reply(option(`<PARAM X="${'y'.repeat(n)}"/>`)))?.[0]?.elements[0];
  expect(Object.keys(long(1024)?.attributes ?? {})).toEqual(['X']);
  expect(Object.keys(long(1025)?.attributes ?? {})).toEqual([]);
});

it.each([
  '',
  'null',
  '<REPLY>',
  '<OTHER/>',
  '<!DOCTYPE REPLY []><REPLY/>',
  '<REPLY a="&evil;"/>',
  '<REPLY/><REPLY/>',
])('is nothing that can be read: %p', (text) => {
  expect(readNetworkOptions(text)).toBeUndefined();
});

it('what was read is written so that it cannot become markup', () => {
  const options = readNetworkOptions(
    reply(option('<AUTHENTICATION COMMUNITY="&quot;/&gt;&lt;RESPONSE&gt;&#10;x"/>')),
  );
  const { body } = encodeReply(
    { kind: 'prolog', expirationHours: 1, options },
    { dialect: 'xml', encoding: 'none' },
  );
  expect(body.toString()).toContain('COMMUNITY="&quot;/&gt;&lt;RESPONSE&gt; x"');
});
