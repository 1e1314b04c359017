import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { InventoryMessage } from '../../../src/domain/inventory';
import { unmendable } from '../../../src/ingest/validate';
import { isWholesome } from '../../../src/ingest/validate/wholesome';
import {
  corpusFolder,
  decoded,
  describeWithCorpus,
  describeWithExchanges,
  exchangesFolder,
  filesIn,
  readJsonFile,
  sharedFolder,
} from '../protocol/shared-files';
import { accepted, documentOf, refusal, strictSchema, validate } from './validating';

/** Folders of payloads that carry an inventory. */
const kinds = ['inventory', 'partial', 'esx', 'netdiscovery', 'snmp'];

const jobControl = 'start, end or error of a scan: no device in it';
const noInventory = 'a query that no agent sends, from a test of the GLPI server';
const noIdentity = 'one section cut out: neither deviceid nor serial number nor uuid';

/** Payloads of the corpus that are not accepted, each with the reason. */
const notAccepted: Readonly<Record<string, string>> = {
  'snmp/glpi-agent__netinventory.t_0-481c1d.xml': jobControl,
  'snmp/glpi-agent__netinventory.t_10-19d872.xml': jobControl,
  'snmp/glpi-agent__netinventory.t_15-bc9f14.xml': jobControl,
  'snmp/glpi-agent__netinventory.t_2-5d7dc0.xml': jobControl,
  'snmp/glpi-agent__netinventory.t_4-9894e8.xml': jobControl,
  'snmp/glpi-agent__netinventory.t_6-43fae7.xml': jobControl,
  'snmp/glpi-agent__netinventory.t_8-b2b374.xml': jobControl,
  'snmp/glpi-agent__netinventory.t_9-75777d.xml': jobControl,
  'other/glpi-test__RequestTest.php_L106-ed1f97.xml': noInventory,
  'other/glpi-test__RequestTest.php_L139-bd16eb.xml': noInventory,
  'other/plugin-test__ModulesNameTest.php_L199-d19a9c.xml': noInventory,
  'fragment/glpi-agent__xml.t_0-4cac88.xml': noIdentity,
  'fragment/glpi-agent__xml.t_1-3b5ac7.xml': noIdentity,
  'fragment/glpi-agent__xml.t_3-1d0c67.xml': noIdentity,
};

const filesOf = (folders: readonly string[]): string[] =>
  folders.flatMap((folder) =>
    filesIn(path.join(corpusFolder, folder), '').map((name) => `${folder}/${name}`),
  );

const inventoriesIn = (file: string): InventoryMessage[] =>
  decoded(readFileSync(file)).messages.filter((message) => message.kind === 'inventory');

const isStrictlyValid = strictSchema();

/** Accepted, and nothing ill-typed or unclean left in it. */
function expectClean(message: InventoryMessage): void {
  const inventory = accepted(message, 'test-agent_v1');
  isStrictlyValid(documentOf(inventory));
  expect(isStrictlyValid.errors ?? []).toEqual([]);
  expect(isWholesome(inventory.content)).toBe(true);
  expect(inventory.notes.filter(({ note }) => note === unmendable)).toEqual([]);
}

describeWithCorpus('real payloads, decoded', () => {
  test.each(filesOf(kinds).filter((file) => !(file in notAccepted)))('%s is accepted', (file) => {
    const messages = inventoriesIn(path.join(corpusFolder, file));
    expect(messages.length).toBeGreaterThan(0);
    messages.forEach(expectClean);
  });

  test('with one section only are accepted where they say whose it is', () => {
    const fragments = filesOf(['fragment']).filter((file) => !(file in notAccepted));
    expect(fragments.length).toBeGreaterThan(30);
    for (const file of fragments) inventoriesIn(path.join(corpusFolder, file)).forEach(expectClean);
  });

  test.each(Object.entries(notAccepted))('%s is none: %s', (file, why) => {
    const messages = inventoriesIn(path.join(corpusFolder, file));
    if (why === noIdentity) {
      expect(messages.map((message) => refusal(message))).toEqual([['deviceid_invalid', expect.anything()]]);
    } else {
      expect(messages).toEqual([]);
    }
  });

  test('lose nothing: mended ones are few and known', () => {
    const losses = filesOf(kinds)
      .flatMap((file) => inventoriesIn(path.join(corpusFolder, file)).map((message) => ({ file, message })))
      .map(({ file, message }) => ({ file, before: message.notes.length, ...accepted(message, 'agent_v1') }))
      .filter(({ notes, before }) =>
        notes.some(({ path: field }, i) => i >= before && field !== '/versionclient'),
      );
    // Two mobile payloads carry masked addresses (`192.XXX.X.X`).
    expect(losses.map(({ file }) => file)).toEqual([
      'inventory/mobile__android-inventory-agent_lenovo-9d71c7.xml',
      'inventory/mobile__android-inventory-library_lenovo-255fc5.xml',
    ]);
  });
});

describeWithCorpus('what the reference converter makes of the XML ones', () => {
  const golden = path.join(corpusFolder, 'golden');
  const files = kinds.flatMap((kind) =>
    filesIn(path.join(golden, kind), '.json').map((name) => `${kind}/${name}`),
  );

  test.each(files.filter((file) => !(file.replace(/\.json$/, '') in notAccepted)))(
    '%s is accepted',
    (file) => {
      const { action, deviceid, itemtype, partial, tag, content } = readJsonFile(
        path.join(golden, file),
      ) as InventoryMessage;
      expectClean({ kind: 'inventory', action, deviceid, itemtype, partial, tag, content, notes: [] });
    },
  );
});

describeWithExchanges('inventories of recorded dialogues', () => {
  const agents = filesIn(exchangesFolder, '').filter((name) => !name.endsWith('.md'));
  const files = agents.flatMap((agent) =>
    filesIn(path.join(exchangesFolder, agent), '')
      .filter((name) => /inventory.*\.(json|xml)$/.test(name))
      .map((name) => `${agent}/${name}`),
  );

  test.each(files)('%s is accepted without a loss', (file) => {
    for (const message of inventoriesIn(path.join(exchangesFolder, file))) {
      const before = message.notes.length;
      expect(accepted(message, 'agent_v1').notes.slice(before)).toEqual(
        file.startsWith('ocs') ? [{ path: '/versionclient', note: 'missing: taken from User-Agent' }] : [],
      );
    }
  });
});

describeWithCorpus('templates of the load driver', () => {
  test.each(
    filesIn(path.join(sharedFolder, 'load', 'templates'), '.tpl').filter(
      (name) => !name.startsWith('prolog'),
    ),
  )('%s takes the fast way', (name) => {
    const text = readFileSync(path.join(sharedFolder, 'load', 'templates', name), 'utf8');
    const filled = text.replace(/\{\{[A-Z]+\d?\}\}/g, '42');
    const [message] = decoded(filled).messages;
    if (message?.kind !== 'inventory') throw new Error(`${name} is no inventory`);
    const before = message.notes.length;
    const result = validate(message, { userAgent: 'agent_v1' });
    expect(result).toMatchObject({ verdict: 'passed' });
    if (result.verdict === 'passed') expect(result.value.notes.slice(before)).toEqual([]);
  });
});
