import type { JsonObject, Note } from '../../../src/domain/inventory';
import { addNote, maxNotes } from '../../../src/protocol/notes';
import { repairContent } from '../../../src/protocol/repair-content';
import { maxAddressesPerInterface } from '../../../src/protocol/repair-networks';

function repaired(content: JsonObject): { content: JsonObject; paths: string[] } {
  const notes: Note[] = [];
  repairContent(content, notes);
  return { content, paths: notes.map(({ path }) => path) };
}

describe('repairContent', () => {
  test('leaves what is right alone', () => {
    const content = {
      accesslog: { logdate: '2017-07-28 01:07:59' },
      networks: [{ description: 'eth0', ipaddress: '192.0.2.1' }],
      network_ports: [{ ifnumber: 1, ips: ['192.0.2.1'] }],
      network_device: { type: 'Networking' },
      operatingsystem: { timezone: { name: 'UTC', offset: '+0000' } },
      processes: [{ pid: 0 }],
      local_users: [{ id: '0', name: 'root' }],
      envs: [{ key: 'A', val: 'B' }],
    };
    expect(repaired(structuredClone(content))).toEqual({ content, paths: [] });
  });

  test.each<[string, JsonObject, JsonObject]>([
    [
      'hour with one digit',
      { accesslog: { logdate: '2017-07-28 1:07:59' } },
      { accesslog: { logdate: '2017-07-28 01:07:59' } },
    ],
    ['empty batteries', { batteries: [[], { name: 'b' }] }, { batteries: [{ name: 'b' }] }],
    ['environment without value', { envs: [{ key: 'A' }] }, { envs: [{ key: 'A', val: '' }] }],
    ['port without type', { ports: [{ name: 'USB' }] }, { ports: [{ name: 'USB', type: 'None' }] }],
    [
      'OCS ids',
      { local_users: [{ id_user: '5', name: 'x' }], local_groups: [{ id_group: '6', name: 'y' }] },
      { local_users: [{ id: '5', name: 'x' }], local_groups: [{ id: '6', name: 'y' }] },
    ],
    [
      'no id at all, but root',
      { local_users: [{ name: 'root' }, { name: 'x' }] },
      { local_users: [{ id: '0', name: 'root' }] },
    ],
    [
      'device without type',
      { network_device: { name: 'x' } },
      { network_device: { name: 'x', type: 'Unmanaged' } },
    ],
    [
      'device of unknown type',
      { network_device: { type: 'Toaster' } },
      { network_device: { type: 'Unmanaged' } },
    ],
    [
      'ips as object',
      { network_ports: [{ ips: { ip: ['192.0.2.1', '192.0.2.2'] } }, { ips: { ip: '192.0.2.3' } }] },
      { network_ports: [{ ips: ['192.0.2.1', '192.0.2.2'] }, { ips: ['192.0.2.3'] }] },
    ],
    [
      'time zone -430',
      { operatingsystem: { timezone: { name: 'a', offset: '-430' } } },
      { operatingsystem: { timezone: { name: 'a', offset: '-0430' } } },
    ],
    [
      'time zone +02',
      { operatingsystem: { timezone: { offset: '+02' } } },
      { operatingsystem: { timezone: { name: '+0200', offset: '+0200' } } },
    ],
    ['process without pid', { processes: [{ cmd: 'x' }, { pid: 1 }] }, { processes: [{ pid: 1 }] }],
    ['sensor with two names', { sensors: [{ name: ['A', 'B'] }] }, { sensors: [{ name: 'A' }] }],
    [
      'interface without description',
      { networks: [{ type: 'wifi' }, { mac: 'x' }, { description: ' ' }] },
      {
        networks: [
          { type: 'wifi', description: 'wifi' },
          { mac: 'x', description: 'unknown' },
          { description: 'unknown' },
        ],
      },
    ],
    [
      'IPv6 in ipaddress',
      { networks: [{ description: 'a', ipaddress: 'fe80::1' }] },
      { networks: [{ description: 'a', ipaddress6: 'fe80::1' }] },
    ],
    [
      'IPv6 in ipaddress beside ipaddress6',
      { networks: [{ description: 'a', ipaddress: 'fe80::1', ipaddress6: 'fe80::2' }] },
      { networks: [{ description: 'a', ipaddress6: 'fe80::2' }] },
    ],
    [
      'lists of addresses',
      {
        networks: [
          { description: 'a', mac: 'm', ipaddress: ['192.0.2.1', 'fe80::1'], ipaddress6: ['fe80::2'] },
        ],
      },
      {
        networks: [
          { description: 'a', mac: 'm', ipaddress: '192.0.2.1' },
          { description: 'a', mac: 'm', ipaddress6: 'fe80::1' },
          { description: 'a', mac: 'm', ipaddress6: 'fe80::2' },
        ],
      },
    ],
    [
      'a list without addresses',
      { networks: [{ description: 'a', ipaddress: [{}, 1] }] },
      { networks: [{ description: 'a' }] },
    ],
  ])('%s', (_case, sent, expected) => {
    expect(repaired(sent).content).toEqual(expected);
  });

  test('says what it did', () => {
    expect(repaired({ networks: [{ description: 'a' }, { ipaddress: 'fe80::1' }] }).paths).toEqual([
      '/networks/1/description',
      '/networks/1/ipaddress',
    ]);
  });

  test('sections of another shape are left to the validation', () => {
    const content = {
      networks: 'x',
      processes: { a: 1 },
      accesslog: [],
      sensors: null,
      batteries: [],
      ports: ['x'],
    };
    expect(repaired(structuredClone(content))).toEqual({ content, paths: [] });
  });

  test('an interface gives so many entries and no more', () => {
    const networks = (count: number) => {
      const ipaddress = Array.from({ length: count }, (_, n) => `10.0.${n >> 8}.${n & 255}`);
      return repaired({ networks: [{ description: 'a', ipaddress }] }).content.networks;
    };
    expect(networks(maxAddressesPerInterface)).toHaveLength(maxAddressesPerInterface);
    expect(networks(maxAddressesPerInterface + 1)).toHaveLength(maxAddressesPerInterface);
  });
});

describe('notes', () => {
  test('so many are kept and no more', () => {
    const processes = Array.from({ length: maxNotes + 1 }, () => ({ cmd: 'x' }));
    expect(repaired({ processes: processes.slice(1) }).paths).toHaveLength(maxNotes);
    expect(repaired({ processes }).paths).toHaveLength(maxNotes);
  });

  test('a path is cut, not in the middle of a character', () => {
    const notes: Note[] = [];
    addNote(notes, `${'x'.repeat(119)}😀`, 'n');
    expect(notes[0]?.path).toBe(`${'x'.repeat(119)}\uFFFD`);
  });
});
