import { forwardReasons } from '../../../src/forward/advice';
import { en } from '../../../web/src/texts/en';
import { reasons } from '../../../src/domain/refusal-reason';
import { fr } from '../../../web/src/texts/fr';
import { reasons as frenchReasons } from '../../../web/src/texts/fr/reasons';

interface Texts {
  readonly [key: string]: string | Texts;
}

/** Paths of all texts, and what each has to be filled in with. */
function outline(texts: Texts, at = ''): [string, string[]][] {
  return Object.entries(texts).flatMap(([key, value]): [string, string[]][] =>
    typeof value === 'string'
      ? [[`${at}${key}`, [...value.matchAll(/\{\{\w+\}\}/g)].map(([slot]) => slot).sort()]]
      : outline(value, `${at}${key}.`),
  );
}

it('every text of the console exists in English and in French, with the same slots', () => {
  expect(Object.fromEntries(outline(fr))).toEqual(Object.fromEntries(outline(en)));
});

it('every reason has its meaning in French', () => {
  expect(Object.keys(frenchReasons).sort()).toEqual(Object.keys(reasons).sort());
  // What is to be typed and set has one name only.
  const named = (text: string): string[] =>
    [...text.matchAll(/[A-Z]+(?:_[A-Z]+)+|gatehouse \w+ \w+/g)].map(([name]) => name).sort();
  for (const [code, { meaning }] of Object.entries(reasons)) {
    expect([code, named(frenchReasons[code] ?? '')]).toEqual([code, named(meaning)]);
  }
});

it('every reason for which something is not passed on has its words', () => {
  const { reasons: labels, advice } = en.forwarding;
  expect([Object.keys(labels).sort(), Object.keys(advice).sort()]).toEqual([
    [...forwardReasons].sort(),
    [...forwardReasons].sort(),
  ]);
});

/** Words that are the same in both languages, and names. */
const alike = new Set(
  [
    'Actions, Agent, Ansible, Audit, Docker, FusionInventory, GLPI Agent, Intune, Linux, Note, OCS, Pages, Rotation, Secret, Tag',
    'Type, UUID, Usage, Verdict, Windows, active, macOS',
    'Active, Alias, Architecture, Cache, Contact, Date, Description, Duplex, GUID, ID, Image, Interface, Licences, MTU',
    'Modems, Partition, Port, Ports, Service pack, Shell, Signatures, Source, Stepping, Threads, Total, Trunk',
    'Type (IANA), Version, Virtualisation, WWN',
  ].flatMap((line) => line.split(', ')),
);

it('no text is empty, and none was left in English', () => {
  const english = new Map(flat(en));
  const same = flat(fr).filter(([key, text]) => english.get(key) === text);
  expect(same.filter(([, text]) => !alike.has(text) && !/^\W*\{\{\w+\}\}\W*$/.test(text))).toEqual([]);
  expect([...flat(en), ...flat(fr)].filter(([, text]) => text.trim() === '')).toEqual([]);
});

function flat(texts: Texts, at = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[`${at}${key}`, value]] : flat(value, `${at}${key}.`),
  );
}
