import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { goldenRules, type Difference, type GoldenRule } from './golden-rules';
import { corpusFolder, describeWithCorpus, filesIn, firstMessage, readJsonFile } from './shared-files';

const goldenFolder = path.join(corpusFolder, 'golden');

/** What the reference converts to an inventory and we take for what it is: no inventory at all. */
const jobControlFiles = new Set([
  // QUERY is a placeholder or a module's name.
  'other/glpi-test__RequestTest.php_L106-ed1f97.xml',
  'other/glpi-test__RequestTest.php_L139-bd16eb.xml',
  'other/plugin-test__ModulesNameTest.php_L199-d19a9c.xml',
  // Start and end of a scan.
  'snmp/glpi-agent__netinventory.t_0-481c1d.xml',
  'snmp/glpi-agent__netinventory.t_10-19d872.xml',
  'snmp/glpi-agent__netinventory.t_2-5d7dc0.xml',
  'snmp/glpi-agent__netinventory.t_4-9894e8.xml',
  'snmp/glpi-agent__netinventory.t_6-43fae7.xml',
  'snmp/glpi-agent__netinventory.t_8-b2b374.xml',
  // DEVICE with only ERROR.
  'snmp/glpi-agent__netinventory.t_15-bc9f14.xml',
  'snmp/glpi-agent__netinventory.t_9-75777d.xml',
]);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Explains what it can at this place by rules, and goes down into what is left. A rule for a whole row is asked before
 * its fields, so that it sees them together.
 */
function unexplained(difference: Difference, used: Set<GoldenRule>): Difference[] {
  const { path: at, expected, actual, source } = difference;
  if (isDeepStrictEqual(expected, actual)) return [];
  const rule = goldenRules.find((candidate) => candidate.path.test(at) && candidate.explains(difference));
  if (rule !== undefined) {
    used.add(rule);
    return [];
  }
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected.flatMap((item: unknown, index) =>
      unexplained({ path: `${at}/[]`, expected: item, actual: actual[index], source }, used),
    );
  }
  if (!isObject(expected) || !isObject(actual)) return [difference];
  return [...new Set([...Object.keys(expected), ...Object.keys(actual)])].flatMap((key) =>
    unexplained({ path: `${at}/${key}`, expected: expected[key], actual: actual[key], source }, used),
  );
}

describeWithCorpus('conversion against the reference converter', () => {
  const kinds = describeWithCorpus === describe ? readdirSync(goldenFolder) : [];
  const files = kinds.flatMap((kind) =>
    filesIn(path.join(goldenFolder, kind), '.xml.json').map(
      (name) => `${kind}/${name.replace(/\.json$/, '')}`,
    ),
  );
  const used = new Set<GoldenRule>();

  test('there are golden files', () => {
    expect(files.length).toBeGreaterThanOrEqual(200);
  });

  test.each(files)('%s', (file) => {
    const wire = readFileSync(path.join(corpusFolder, file));
    const message = firstMessage(wire);
    if (jobControlFiles.has(file)) {
      expect(message.kind).toBe('job-control');
      return;
    }
    const { kind, notes: _notes, ...converted } = message as { kind: string; notes: unknown };
    expect(kind).toBe('inventory');
    const left = unexplained(
      {
        path: '',
        expected: readJsonFile(path.join(goldenFolder, `${file}.json`)),
        actual: JSON.parse(JSON.stringify(converted)),
        source: wire.toString('utf8'),
      },
      used,
    );
    expect(left.map(({ path: at, expected, actual }) => ({ at, expected, actual }))).toEqual([]);
  });

  test('every rule is needed', () => {
    expect(goldenRules.filter((rule) => !used.has(rule)).map((rule) => rule.name)).toEqual([]);
  });

  test('a difference without a rule is found', () => {
    const source = '<REQUEST/>';
    const expected = { content: { bios: { ssn: 'A', bdate: '2020-01-01' } } };
    const actual = { content: { bios: { ssn: 'B', bdate: '2020-01-02' } } };
    const left = unexplained({ path: '', expected, actual, source }, new Set());
    expect(left.map((difference) => difference.path)).toEqual(['/content/bios/ssn', '/content/bios/bdate']);
  });
});
