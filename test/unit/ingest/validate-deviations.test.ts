import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { InventoryMessage } from '../../../src/domain/inventory';
import {
  contentOf,
  corpusFolder,
  describeWithCorpus,
  inventoryOf,
  reasonFor,
} from '../protocol/shared-files';
import { accepted, deviceid, messageWith } from './validating';

/** What real agents get wrong, each in a small payload of our own, on its whole way through decoding and validation. */
const json = (content: object, root: object = {}): InventoryMessage =>
  inventoryOf(
    JSON.stringify({ action: 'inventory', deviceid, ...root, content: { versionclient: 'v', ...content } }),
  );
const xml = (content: string, query = 'INVENTORY'): InventoryMessage =>
  inventoryOf(
    `<?xml version="1.0" encoding="UTF-8"?><REQUEST><QUERY>${query}</QUERY><DEVICEID>${deviceid}</DEVICEID>` +
      `<CONTENT><VERSIONCLIENT>v</VERSIONCLIENT>${content}</CONTENT></REQUEST>`,
  );
const content = (message: InventoryMessage): Record<string, unknown> => accepted(message).content;

interface Deviation {
  /** `path why`, as shared/corpus/deviations.tsv has them. */
  readonly name: string;
  readonly check: () => void;
}

const counters = 'ifinerrors ifinbytes ifouterrors ifoutbytes'.split(' ');

const deviations: readonly Deviation[] = [
  {
    name: '(root) unexpected query',
    check: () => {
      const old = inventoryOf(
        JSON.stringify({ query: 'INVENTORY', deviceid, content: { bios: { ssn: 'S' } } }),
      );
      expect(accepted(old)).toMatchObject({ action: 'inventory', itemtype: 'Computer' });
    },
  },
  {
    name: '(root) missing content',
    check: () => {
      expect(reasonFor(JSON.stringify({ deviceid }))).toBe('message_unsupported');
      expect(() => accepted(inventoryOf(JSON.stringify({ action: 'inventory', deviceid })))).toThrow(
        'content_missing',
      );
    },
  },
  {
    name: '/content/networks/[]/ipaddress format ipv4',
    check: () => {
      const row = { description: 'wlan0', ipaddress: 'fe80::655f:d6fb' };
      expect(content(json({ networks: [row] })).networks).toEqual([
        { description: 'wlan0', ipaddress6: 'fe80::655f:d6fb' },
      ]);
    },
  },
  {
    name: '/content/networks/[]/ipaddress type string',
    check: () => {
      const row = { description: 'lan', mac: '00:11:22:33:44:55', ipaddress: ['10.0.0.1', '10.0.0.2'] };
      expect(content(json({ networks: [row] })).networks).toEqual([
        { description: 'lan', mac: '00:11:22:33:44:55', ipaddress: '10.0.0.1' },
        { description: 'lan', mac: '00:11:22:33:44:55', ipaddress: '10.0.0.2' },
      ]);
    },
  },
  {
    name: '/content/local_groups/[] missing id',
    check: () => {
      const groups = [{ name: 'adm', id_group: '4' }, { name: 'lost' }];
      expect(content(json({ local_groups: groups })).local_groups).toEqual([{ name: 'adm', id: '4' }]);
    },
  },
  {
    name: '/content/local_users/[] missing id',
    check: () => {
      const users = [{ login: 'bin', id_user: '2' }, { login: 'lost' }];
      expect(content(json({ local_users: users })).local_users).toEqual([{ login: 'bin', id: '2' }]);
    },
  },
  {
    name: '/content/softwares/[]/install_date pattern',
    check: () => {
      const slashes = { name: 'a', install_date: '2025/04/20 00:00:00' };
      expect(content(json({ softwares: [slashes] })).softwares).toEqual([
        { name: 'a', install_date: '2025-04-20 00:00:00' },
      ]);
      const software = '<SOFTWARES><NAME>a</NAME><INSTALLDATE>2025/04/20 00:00:00</INSTALLDATE></SOFTWARES>';
      expect(content(xml(software)).softwares).toEqual([{ name: 'a', install_date: '2025-04-20' }]);
    },
  },
  {
    name: '/content/softwares/[]/name type string',
    check: () => {
      const software = '<SOFTWARES><NAME><![CDATA[7-Zip]]></NAME></SOFTWARES>';
      expect(content(xml(software)).softwares).toEqual([{ name: '7-Zip' }]);
      expect(content(json({ softwares: [{ name: [] }, { name: 'a' }] })).softwares).toEqual([{ name: 'a' }]);
    },
  },
  {
    name: '/content/operatingsystem/timezone/offset pattern',
    check: () => {
      const system = { timezone: { name: 'America/Caracas', offset: '-430' } };
      expect(content(json({ operatingsystem: system })).operatingsystem).toEqual({
        timezone: { name: 'America/Caracas', offset: '-0430' },
      });
    },
  },
  {
    name: '/content/sensors/[]/name type string',
    check: () => {
      expect(content(json({ sensors: [{ name: ['LIGHT', 'MTK'] }] })).sensors).toEqual([{ name: 'LIGHT' }]);
    },
  },
  {
    name: '/content/network_ports/[]/ips type array',
    check: () => {
      const ports = [{ ifnumber: 1, ips: { ip: '10.0.0.1' } }, { ips: { ip: ['10.0.0.2', '10.0.0.3'] } }];
      expect(content(json({ network_ports: ports })).network_ports).toEqual([
        { ifnumber: 1, ips: ['10.0.0.1'] },
        { ips: ['10.0.0.2', '10.0.0.3'] },
      ]);
    },
  },
  {
    name: '/content/drives/[]/total type integer',
    check: () => {
      expect(content(json({ drives: [{ volumn: '/', total: null, free: '12.5' }] })).drives).toEqual([
        { volumn: '/' },
      ]);
    },
  },
  {
    name: '/content/error/id type integer',
    check: () => {
      expect(content(json({ error: { id: '84', message: 'm' } })).error).toEqual({ id: 84, message: 'm' });
    },
  },
  {
    name: '/content/pagecounters/duplex type integer',
    check: () => {
      expect(content(json({ pagecounters: { duplex: '831' } })).pagecounters).toEqual({ duplex: 831 });
    },
  },
  ...counters.map((counter) => ({
    name: `/content/network_ports/[]/${counter} type integer`,
    check: () => {
      const ports = [
        { ifnumber: 1, [counter]: null },
        { ifnumber: 2, [counter]: '7' },
      ];
      expect(content(json({ network_ports: ports })).network_ports).toEqual([
        { ifnumber: 1 },
        { ifnumber: 2, [counter]: 7 },
      ]);
    },
  })),
  {
    name: '/content missing versionclient',
    check: () => {
      const ocs = messageWith({ bios: {} });
      expect(accepted(ocs, 'OCS-NG_unified_unix_agent_v2.10.0').content.versionclient).toBe(
        'OCS-NG_unified_unix_agent_v2.10.0',
      );
    },
  },
  {
    name: '/content/networks/[] missing description',
    check: () => {
      const row = { mac: '00:11:22:33:44:55', type: 'wifi' };
      expect(content(json({ networks: [row] })).networks).toEqual([{ ...row, description: 'wifi' }]);
    },
  },
  {
    name: '/content/network_device missing type',
    check: () => {
      const device = json({ network_device: { name: 'sw' } }, { action: 'netinventory' });
      expect(accepted(device)).toMatchObject({
        itemtype: 'Unmanaged',
        content: { network_device: { name: 'sw', type: 'Unmanaged' } },
      });
    },
  },
  {
    name: '/content/processes/[] missing pid',
    check: () => {
      const rows = [
        { cmd: '[kthread]', user: 'root' },
        { cmd: 'init', pid: '1', user: 'root' },
      ];
      expect(content(json({ processes: rows })).processes).toEqual([{ cmd: 'init', pid: 1, user: 'root' }]);
    },
  },
  {
    name: '/content/accesslog/logdate pattern',
    check: () => {
      expect(content(json({ accesslog: { logdate: '2017-07-28 1:07:59' } })).accesslog).toEqual({
        logdate: '2017-07-28 01:07:59',
      });
    },
  },
  {
    name: '/content/batteries/[] type object',
    check: () => {
      expect(content(json({ batteries: [[], { name: 'b' }] })).batteries).toEqual([{ name: 'b' }]);
    },
  },
];

describe('slips of real agents', () => {
  test.each(deviations.map(({ name, check }) => [name, check] as const))('%s', (_, check) => {
    check();
  });
});

describeWithCorpus('the list of slips found in real payloads', () => {
  const rows = (): string[][] =>
    readFileSync(path.join(corpusFolder, 'deviations.tsv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t'));

  test('has nothing that is not tested above', () => {
    const tested = new Set(deviations.map(({ name }) => name));
    // What a pattern looked like is of no interest, only that there was one.
    const found = rows().map(([place = '', why = '']) => `${place} ${why.replace(/^pattern .*/, 'pattern')}`);
    expect(found.length).toBeGreaterThan(10);
    expect(found.filter((name) => !tested.has(name))).toEqual([]);
  });

  test('of each the first payload is accepted, if it is an inventory at all', () => {
    for (const [place = '', why = '', , , , , , firstFile = ''] of rows()) {
      const file = path.join(corpusFolder, firstFile.split('|')[0] ?? '');
      const isInventory = why !== 'missing content' && place !== '/content/error/id';
      if (isInventory) expect(Object.keys(contentOf(readFileSync(file)))).not.toEqual([]);
      if (isInventory) accepted(inventoryOf(readFileSync(file)));
    }
  });
});
