import type { InventoryMessage } from '../../../src/domain/inventory';
import { accepted, deviceid, messageWith, refusal } from './validating';

const bios = { bios: { ssn: 'S1' } };
const withDeviceid = (value: unknown): InventoryMessage => messageWith({}, { deviceid: value });

describe('deviceid', () => {
  test.each([
    [deviceid, deviceid],
    ['  padded-2026-01-01-00-00-00\n', 'padded-2026-01-01-00-00-00'],
    [1162186473, '1162186473'],
    ['ВЙМШВ-ПК-2013-02-13', 'ВЙМШВ-ПК-2013-02-13'],
    ['x'.repeat(255), 'x'.repeat(255)],
  ])('%j names the device', (said, kept) => {
    expect(accepted(withDeviceid(said))).toMatchObject({ deviceid: kept, deviceidIsDevice: true });
  });

  test.each([
    ['an object (CVE-2025-24799)', { a: "' OR 1=1" }],
    ['a list', ['pc-1']],
    ['nested lists', [[['pc-1']]]],
    ['true', true],
    ['a fraction', 1.5],
    ['a number that a double cannot hold', 2 ** 60],
    ['NUL inside', 'pc\u0000-1'],
    ['a line break inside', 'pc\n-1'],
    ['a Unicode line separator inside', 'pc\u2028-1'],
    ['a C1 control', 'pc\u0085-1'],
    ['half a surrogate pair', 'pc\ud800'],
    ['256 characters', 'x'.repeat(256)],
  ])('%s is refused', (_, value) => {
    expect(refusal(withDeviceid(value))).toEqual(['deviceid_invalid', expect.anything()]);
  });

  test.each([[undefined], [null], [''], [' \t']])(
    '%j is none: only the hardware can say who it is',
    (value) => {
      expect(refusal(messageWith({}, { deviceid: value }))).toEqual(['deviceid_invalid', expect.anything()]);
      expect(refusal(messageWith({ bios: { ssn: ' ' }, hardware: {} }, { deviceid: value }))).toEqual([
        'deviceid_invalid',
        expect.anything(),
      ]);
      for (const content of [{ ...bios }, { hardware: { uuid: 'U1' } }]) {
        expect(accepted(messageWith(content, { deviceid: value }))).toMatchObject({
          deviceid: '',
          deviceidIsDevice: false,
        });
      }
    },
  );

  test('missing in a network inventory: serial number or MAC of the device must be there', () => {
    const scan = (device: unknown): InventoryMessage =>
      messageWith({ network_device: device }, { deviceid: undefined, action: 'netinventory' });
    expect(accepted(scan({ serial: 'S1' })).deviceid).toBe('');
    expect(accepted(scan({ mac: '00:11:22:33:44:55' })).deviceid).toBe('');
    expect(refusal(scan({ name: 'switch' }))).toEqual(['deviceid_invalid', expect.anything()]);
    expect(refusal(scan([]))).toEqual(['deviceid_invalid', expect.anything()]);
  });

  test('names the scanning agent in network tasks and no device at all when it is foo', () => {
    expect(accepted(withDeviceid('foo'))).toMatchObject({ deviceid: 'foo', deviceidIsDevice: false });
    for (const action of ['netdiscovery', 'netinventory'] as const) {
      expect(accepted(messageWith({}, { action }))).toMatchObject({ deviceid, deviceidIsDevice: false });
    }
  });
});

describe('itemtype', () => {
  const withItemtype = (itemtype: unknown, rest: Partial<InventoryMessage> = {}): InventoryMessage =>
    messageWith({}, { itemtype, ...rest });

  test.each([
    'Computer',
    'Phone',
    'Printer',
    'NetworkEquipment',
    'Unmanaged',
    'Glpi\\CustomAsset\\TabletAsset',
  ])('%s is kept', (itemtype) => {
    expect(accepted(withItemtype(itemtype)).itemtype).toBe(itemtype);
  });

  test.each([
    'computer',
    'Monitor',
    '',
    'Computer\u0000',
    'Glpi\\CustomAsset\\Asset',
    `Glpi\\CustomAsset\\A${'a'.repeat(61)}Asset`,
    'x'.repeat(100_000),
    { type: 'Computer' },
    ['Computer'],
    1,
    true,
  ])('%j is refused', (itemtype) => {
    const [reason, evidence] = refusal(withItemtype(itemtype)) as [string, unknown];
    expect(reason).toBe('itemtype_unsupported');
    expect(JSON.stringify(evidence).length).toBeLessThan(200);
  });

  test('missing, it is Computer', () => {
    expect(accepted(withItemtype(undefined)).itemtype).toBe('Computer');
    expect(accepted(withItemtype(null)).itemtype).toBe('Computer');
  });

  test.each([
    ['Networking', 'NetworkEquipment'],
    ['storage', 'NetworkEquipment'],
    ['KVM', 'NetworkEquipment'],
    ['Printer', 'Printer'],
    ['Phone', 'Phone'],
    ['Computer', 'Computer'],
    ['Unmanaged', 'Unmanaged'],
    ['toaster', 'Unmanaged'],
    [undefined, 'Unmanaged'],
  ])('missing in a network task, a device of type %s is %s', (type, itemtype) => {
    const device = type === undefined ? {} : { type };
    expect(accepted(messageWith({ network_device: device }, { action: 'netinventory' })).itemtype).toBe(
      itemtype,
    );
  });

  test('missing in a network task without device, it is Unmanaged', () => {
    expect(accepted(messageWith({}, { action: 'netdiscovery' })).itemtype).toBe('Unmanaged');
  });
});

describe('content', () => {
  test.each([[undefined], [null], ['text'], [''], [0], [true], [[]], [[{}]]])(
    '%j is no content',
    (content) => {
      expect(refusal(messageWith(content))).toEqual(['content_missing', expect.anything()]);
    },
  );

  test('empty, it passes: whether it identifies anything is asked later', () => {
    expect(accepted(messageWith({})).content).toEqual({ versionclient: 'unknown' });
  });
});

describe('partial', () => {
  test.each([true, 1, '1', 'true', 'Yes', ' on '])('%j says yes', (partial) => {
    expect(accepted(messageWith({}, { partial })).partial).toBe(true);
  });
  test.each([undefined, null, false, 0, '0', 'false', 'NO', 'off', ''])('%j says no', (partial) => {
    expect(accepted(messageWith({}, { partial })).partial).toBe(false);
  });
  test.each([{}, [], [true], 2, -1, 'perhaps', 'true'.repeat(1000)])('%j is refused', (partial) => {
    expect(refusal(messageWith({}, { partial }))).toEqual([
      'schema_invalid',
      expect.objectContaining({ field: 'partial' }),
    ]);
  });
});

describe('tag', () => {
  const tagOf = (tag: unknown): string | undefined => accepted(messageWith({}, { tag })).tag;

  test('is trimmed; numbers are text; nothing is none', () => {
    expect(tagOf(' PARIS ')).toBe('PARIS');
    expect(tagOf(3923)).toBe('3923');
    for (const none of [undefined, null, '', '  ']) expect(tagOf(none)).toBeUndefined();
  });

  test('of 255 characters is kept; longer, with control characters or broken it is left out with a note', () => {
    expect(tagOf('t'.repeat(255))).toHaveLength(255);
    for (const tag of ['t'.repeat(256), 'a\u0000b', 'a\nb', '\udc00']) {
      const inventory = accepted(messageWith({}, { tag }));
      expect(inventory.tag).toBeUndefined();
      expect(inventory.notes.map(({ path }) => path)).toContain('/tag');
    }
  });

  test.each([[{}], [{ keyname: 'TAG' }], [['PARIS']], [[]]])('%j is refused', (tag) => {
    expect(refusal(messageWith({}, { tag }))).toEqual([
      'schema_invalid',
      expect.objectContaining({ field: 'tag' }),
    ]);
  });
});

describe('versionclient', () => {
  const versionOf = (content: object, userAgent?: string): unknown =>
    accepted(messageWith(content), userAgent).content.versionclient;

  test('is what the agent says, else what its User-Agent says, else unknown', () => {
    expect(versionOf({ versionclient: 'GLPI-Agent_v1.11' }, 'other')).toBe('GLPI-Agent_v1.11');
    expect(versionOf({ versionclient: 4.1 })).toBe('4.1');
    for (const none of [
      {},
      { versionclient: '' },
      { versionclient: ' ' },
      { versionclient: null },
      { versionclient: [] },
    ]) {
      expect(versionOf({ ...none }, 'OCS-NG_unified_unix_agent_v2.10.0')).toBe(
        'OCS-NG_unified_unix_agent_v2.10.0',
      );
      expect(versionOf({ ...none })).toBe('unknown');
    }
  });

  test('a User-Agent that is no name of an agent is not taken', () => {
    for (const header of ['', 'x\u0000', 'é', 'x'.repeat(101)]) expect(versionOf({}, header)).toBe('unknown');
  });
});
