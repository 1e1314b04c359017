import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readAgentHeaders } from '../../../src/protocol/read-headers';
import {
  corpusFolder,
  decoded,
  describeWithCorpus,
  describeWithExchanges,
  exchangesFolder,
  filesIn,
  readJsonFile,
} from './shared-files';

const families = [
  'fusioninventory-2.6',
  'glpi-1.0',
  'glpi-1.11',
  'glpi-1.12dev',
  'glpi-1.4',
  'glpi-1.7.3',
  'glpi-injector',
  'ocs-2.10.0',
];

/** What a recorded body is, by the name it was recorded under. */
function expectedKind(name: string): string {
  if (/-(start|nbip|end|error)$/.test(name)) return 'job-control';
  if (name.includes('prolog')) return 'prolog';
  return name.includes('contact') ? 'contact' : 'inventory';
}

function recordedHeaders(base: string) {
  const [, ...lines] = readFileSync(`${base}.headers.txt`, 'utf8').split(/\r?\n/);
  const rawHeaders = lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return colon > 0 ? [line.slice(0, colon), line.slice(colon + 1)] : [];
  });
  return readAgentHeaders(rawHeaders);
}

describeWithExchanges('recorded dialogues', () => {
  const names = families.flatMap((family) =>
    filesIn(path.join(exchangesFolder, family), '.raw')
      // The token request is no agent message.
      .filter((file) => !file.includes('oauth-token'))
      .map((file) => `${family}/${file.replace(/\.raw$/, '')}`),
  );

  test('there are recordings', () => {
    expect(names.length).toBeGreaterThanOrEqual(50);
  });

  test.each(names)('%s', (name) => {
    const base = path.join(exchangesFolder, name);
    const headers = recordedHeaders(base);
    const body = decoded(readFileSync(`${base}.raw`), headers);
    expect(body.messages.map(({ kind }) => kind)).toEqual([expectedKind(name)]);
    const isXml = filesIn(path.dirname(base), '.xml').includes(`${path.basename(name)}.xml`);
    expect(body.speech.dialect).toBe(isXml ? 'xml' : 'json');
    const plain = readFileSync(`${base}.${body.speech.dialect}`);
    expect(body.messages).toEqual(decoded(plain, { ...headers, contentType: undefined }).messages);
    if (!isXml) {
      const { content } = readJsonFile(`${base}.json`) as { content?: unknown };
      expect((body.messages[0] as { content?: unknown }).content).toEqual(content);
    }
  });

  test('answers go back in the encoding that came in', () => {
    const encodingOf = (name: string) => {
      const base = path.join(exchangesFolder, name);
      return decoded(readFileSync(`${base}.raw`), recordedHeaders(base)).speech.encoding;
    };
    expect(encodingOf('glpi-1.12dev/01-prolog-xml')).toBe('zlib');
    expect(encodingOf('glpi-1.12dev/13-prolog-xml-nocompress')).toBe('none');
    expect(encodingOf('glpi-1.12dev/17-inventory-json-gzip')).toBe('gzip');
    expect(encodingOf('fusioninventory-2.6/04-prolog-gzip')).toBe('gzip');
    expect(encodingOf('ocs-2.10.0/01-prolog')).toBe('zlib');
    // Without zlib of its own this agent calls gzip, which reads nothing else.
    expect(encodingOf('ocs-2.10.0/04-prolog-gzip')).toBe('gzip');
  });

  test('OCS gets what it does not send', () => {
    const base = path.join(exchangesFolder, 'ocs-2.10.0/02-inventory-full');
    const [message] = decoded(readFileSync(`${base}.raw`), recordedHeaders(base)).messages;
    const content = (message as { content: Record<string, unknown> }).content;
    expect(content.versionclient).toBe('OCS-NG_unified_unix_agent_v2.10.0');
    expect(content.operatingsystem).toMatchObject({ name: 'Debian GNU/Linux 12', version: '12' });
    expect(content.local_groups).toContainEqual(expect.objectContaining({ id: '0', name: 'root' }));
    const networks = content.networks as Record<string, unknown>[];
    expect(networks.map((row) => row.ipaddress)).not.toContainEqual(expect.stringContaining(':'));
  });
});

describeWithCorpus('the corpus', () => {
  /** Kind of payload → kinds of messages it decodes to. */
  const kinds: Record<string, string[]> = {
    contact: ['contact'],
    prolog: ['prolog'],
    inventory: ['inventory'],
    partial: ['inventory'],
    esx: ['inventory'],
    fragment: ['inventory'],
    netdiscovery: ['inventory'],
    snmp: ['inventory', 'job-control'],
    other: ['job-control'],
  };
  const files = Object.keys(kinds).flatMap((kind) =>
    ['.xml', '.json'].flatMap((ending) =>
      filesIn(path.join(corpusFolder, kind), ending).map((name) => [kind, name] as const),
    ),
  );

  test('there are payloads', () => {
    expect(files.length).toBeGreaterThanOrEqual(280);
  });

  test.each(files)('%s/%s', (kind, name) => {
    const { messages } = decoded(readFileSync(path.join(corpusFolder, kind, name)));
    expect(messages).toHaveLength(1);
    expect(kinds[kind]).toContain(messages[0]?.kind);
    // Only messages about a scan itself, and of devices it did not reach, are job control.
    if (messages[0]?.kind === 'job-control' && kind === 'snmp') {
      expect(name).toMatch(/^glpi-agent__netinventory\.t_(0|2|4|6|8|9|10|15)-/);
    }
  });

  test.each(filesIn(path.join(corpusFolder, 'wire'), '.raw'))('wire/%s', (name) => {
    const base = path.join(corpusFolder, 'wire', name.replace(/\.raw$/, ''));
    const { rawHeaders, decodedBytes } = readJsonFile(`${base}.hdr.json`) as {
      rawHeaders: string[];
      decodedBytes: number;
    };
    const body = decoded(readFileSync(`${base}.raw`), readAgentHeaders(rawHeaders));
    expect(body.inflatedBytes).toBe(decodedBytes);
    expect(body.messages.map(({ kind }) => kind)).toEqual([expectedKind(name)]);
  });
});
