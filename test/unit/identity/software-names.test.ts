import { maxNamesPerAsset, softwareNames } from '../../../src/identity/software-names';

it('names each software once, without case, blanks and what nobody sees', () => {
  const softwares = [
    { name: 'Mozilla  Firefox 115' },
    { name: ' mozilla firefox\u200b 115\u0000' },
    { name: 7 },
    { version: '1' },
    { name: ' ' },
    'Editor',
    null,
  ];
  expect(softwareNames({ softwares })).toEqual(['mozilla firefox 115', '7']);
});

it('takes what is no list of software for none', () => {
  expect(softwareNames({})).toEqual([]);
  expect(softwareNames({ softwares: { name: 'editor' } })).toEqual([]);
});

it('cuts a name after 255 letters, also one that is longer in lower case', () => {
  const [name = ''] = softwareNames({ softwares: [{ name: 'İ'.repeat(10_000) }] });
  expect(name).toHaveLength(255);
});

it('leaves out what one device has beyond its 5,000 names', () => {
  const softwares = Array.from({ length: maxNamesPerAsset + 1 }, (_, n) => ({ name: `lib${n}` }));
  const names = softwareNames({ softwares });
  expect(names).toHaveLength(maxNamesPerAsset);
  expect(names).not.toContain(`lib${maxNamesPerAsset}`);
});
