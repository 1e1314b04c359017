import { defaultDecodeLimits, type DecodeLimits } from '../../../src/protocol/limits';
import { readXml } from '../../../src/protocol/xml-tree';

const read = (text: string, limits: Partial<DecodeLimits> = {}) =>
  readXml(text, { ...defaultDecodeLimits, ...limits });
const rootOf = (text: string) => {
  const result = read(text);
  return result.verdict === 'passed' ? result.value.root : result;
};

describe('readXml', () => {
  test('names in lower case, repeats as lists, attributes left out', () => {
    expect(rootOf('<REQUEST><A x="1">1</A><B>2</B><b>3</b><C><D y="2">4</D></C></REQUEST>')).toEqual({
      a: '1',
      b: ['2', '3'],
      c: { d: '4' },
    });
  });

  test('what is empty is left out up the tree, but not CONTENT', () => {
    expect(rootOf('<R><A></A><B> \n </B><C><D/><E><F/></E></C><CONTENT><G/></CONTENT></R>')).toEqual({
      content: {},
    });
  });

  test('text keeps its white space; between elements it is layout', () => {
    expect(rootOf('<R><A>  x  </A><B>junk<C>y</C>junk</B></R>')).toEqual({ a: '  x  ', b: { c: 'y' } });
  });

  test('CDATA is text, also with white space or text around it', () => {
    expect(rootOf('<R><A><![CDATA[a & <b>]]></A></R>')).toEqual({ a: 'a & <b>' });
    expect(rootOf('<R><A>\n  <![CDATA[a]]>\n </A></R>')).toEqual({ a: 'a' });
    expect(rootOf('<R><A>x <![CDATA[a]]><![CDATA[b]]> y</A></R>')).toEqual({ a: 'x ab y' });
    expect(rootOf('<R><A><![CDATA[ ]]></A><B>1</B></R>')).toEqual({ b: '1' });
  });

  test('the five entities and character references', () => {
    expect(rootOf('<R><A>&lt;&gt;&amp;&quot;&apos;&#233;&#x1F600;</A></R>')).toEqual({ a: '<>&"\'é😀' });
  });

  test('comments and processing instructions are ignored', () => {
    expect(rootOf('<?xml version="1.0"?><?x y?><!-- c --><R><A>1<!-- 2 -->3<?z?></A></R><!-- d -->')).toEqual(
      {
        a: '13',
      },
    );
  });

  test('an object has no members but its elements', () => {
    expect(Object.keys(rootOf('<R><toString>1</toString><hasOwnProperty>2</hasOwnProperty></R>'))).toEqual([
      'tostring',
      'hasownproperty',
    ]);
  });

  test.each([
    ['a DTD', '<!DOCTYPE R><R/>'],
    ['a DTD with entities', '<!DOCTYPE R [<!ENTITY a "b">]><R>&a;</R>'],
    ['an external entity', '<!DOCTYPE R [<!ENTITY a SYSTEM "file:///etc/passwd">]><R>&a;</R>'],
    [
      'a billion laughs',
      `<!DOCTYPE R [<!ENTITY a0 "ha">${Array.from({ length: 9 }, (_, n) => `<!ENTITY a${n + 1} "${`&a${n};`.repeat(10)}">`).join('')}]><R>&a9;</R>`,
    ],
    ['an unknown entity', '<R>&nbsp;</R>'],
    ['an entity by inheritance', '<R>&constructor;</R>'],
    ['an entity by prototype', '<R>&__proto__;</R>'],
    ['a document without end', '<R><A>1</A>'],
    ['a document cut in a tag', '<R><A>1</A'],
    ['wrong nesting', '<R><A><B></A></B></R>'],
    ['two roots', '<R/><R/>'],
    ['text after the root', '<R/>x'],
    ['no root', '<?xml version="1.0"?>'],
    ['a control character', '<R>\u0001</R>'],
    ['a reference to NUL', '<R>&#0;</R>'],
    ['a reference to half a pair', '<R>&#xD800;</R>'],
    ['an attribute without quotes', '<R a=1/>'],
    ['an attribute twice', '<R a="1" a="2"/>'],
    ['a bare ampersand', '<R>a & b</R>'],
    ['the name __proto__', '<R><__proto__><A>1</A></__proto__></R>'],
    ['the name CONSTRUCTOR', '<R><CONSTRUCTOR>1</CONSTRUCTOR></R>'],
    ['the name prototype', '<R><A><prototype/></A></R>'],
  ])('refuses %s', (_case, text) => {
    expect(read(text)).toMatchObject({ verdict: 'refused', reason: 'payload_malformed' });
  });

  const nested = (depth: number) => '<A>'.repeat(depth) + '</A>'.repeat(depth);

  test.each<[string, Partial<DecodeLimits>, string, string]>([
    ['depth', { maxDepth: 4 }, nested(4), nested(5)],
    ['elements', { maxElements: 3 }, '<R><A/><B/></R>', '<R><A/><B/><C/></R>'],
    ['elements', { maxElements: 3 }, '<R a="1" b="2"/>', '<R a="1" b="2" c="3"/>'],
    ['list', { maxListLength: 2 }, '<R><A>1</A><A>2</A></R>', '<R><A>1</A><A>2</A><A>3</A></R>'],
    ['text', { maxTextBytes: 4 }, '<R><A>abcd</A></R>', '<R><A>abcde</A></R>'],
    ['text', { maxTextBytes: 4 }, '<R><A>éé</A></R>', '<R><A>ééx</A></R>'],
    ['text', { maxTextBytes: 4 }, '<R><A>ab<!---->cd</A></R>', '<R><A>ab<!---->cde</A></R>'],
    ['text', { maxTextBytes: 4 }, '<R a="abcd"/>', '<R a="abcde"/>'],
    ['text', { maxTextBytes: 4 }, '<ABCD/>', '<ABCDE/>'],
  ])('%s: one past %j', (limit, limits, within, beyond) => {
    expect(read(within, limits).verdict).toBe('passed');
    expect(read(beyond, limits)).toEqual({
      verdict: 'refused',
      reason: 'payload_too_complex',
      evidence: { limit },
    });
  });

  test.each<[string, string, string]>([
    ['references', '<R><A>&lt;&lt;&lt;</A></R>', '<R><A>&lt;&lt;&lt;&lt;</A></R>'],
    [
      'comments',
      '<R><!----><!----><!----><!----><!----><!----><!----></R>',
      '<R><!----><!----><!----><!----><!----><!----><!----><!----></R>',
    ],
  ])('elements: one past for %s', (_case, within, beyond) => {
    expect(read(within, { maxElements: 3 }).verdict).toBe('passed');
    expect(read(beyond, { maxElements: 3 })).toMatchObject({ evidence: { limit: 'elements' } });
  });

  test('a nesting that would overflow a recursive reader is refused while parsing', () => {
    expect(read('<A>'.repeat(200_000))).toMatchObject({ reason: 'payload_too_complex' });
  });
});
