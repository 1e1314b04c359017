import { normaliseHostname } from '../../../src/identity/host-name';
import { normaliseDeviceid } from '../../../src/identity/install-id';
import { normaliseMac } from '../../../src/identity/mac-address';
import { normaliseAddress } from '../../../src/identity/management-address';
import type { Normalised } from '../../../src/identity/normalised';
import { normaliseSerial } from '../../../src/identity/serial-number';
import { normaliseUuid, uuidInSerial } from '../../../src/identity/smbios-uuid';

const said = (normalised: Normalised): string =>
  'value' in normalised ? normalised.value : `junk: ${normalised.why}`;

describe('MAC addresses', () => {
  test.each([
    ['00:1B:21:AA:BB:CC', '00:1b:21:aa:bb:cc'],
    ['00-1b-21-aa-bb-cc', '00:1b:21:aa:bb:cc'],
    ['001b.21aa.bbcc', '00:1b:21:aa:bb:cc'],
    ['001B21AABBCC', '00:1b:21:aa:bb:cc'],
    ['0:1b:21:a:b:c', '00:1b:21:0a:0b:0c'],
    // Only addresses of virtual machines, locally administered or not.
    ['52:54:00:6a:4e:19', '52:54:00:6a:4e:19'],
    ['bc:24:11:5e:09:c4', 'bc:24:11:5e:09:c4'],
    ['02:fc:00:00:00:05', '02:fc:00:00:00:05'],
    ['00:00:00:00:00:00', 'junk: zero address'],
    ['ff:ff:ff:ff:ff:ff', 'junk: broadcast'],
    ['01:1b:21:aa:bb:cc', 'junk: multicast'],
    ['02:50:41:00:00:01', 'junk: VPN adapter'],
    ['00:50:56:C0:00:08', 'junk: VMware host network'],
    ['7e:09:20:52:41:53', 'junk: RAS adapter'],
    ['02:42:ac:11:00:02', 'junk: container'],
    ['0.24.1b.0.96.9d.ca.1.a.2.ff.fe.0.0.0.0', 'junk: not six bytes'],
    ['XX:XX:XX:XX:XX:XX', 'junk: not six bytes'],
    ['00:87:01:02:2c:g8', 'junk: not six bytes'],
    ['', 'junk: not six bytes'],
  ])('%s → %s', (sent, expected) => {
    expect(said(normaliseMac(sent))).toBe(expected);
  });
});

describe('serials', () => {
  // GLPI's 36 defaults; its three patterns by examples.
  const blacklist = `N/A|(null string)|INVALID|SYS-1234567890|SYS-9876543210|SN-12345|SN-1234567890|00000000|1111111|1.0.2
    |1010101|0123456789|12345|123456|1234567|12345678|123456789|1234567890|123456789000|12345678901234567|NNNNNNN
    |xxxxxxxxxxx|EVAL|IATPASS|none|To Be Filled By O.E.M.|Tulip Computers|Serial Number xxxxxx
    |SN-123456fvgv3i0b8o5n6n7k|Unknow|System Serial Number|MB-1234567890|empty|Not Specified|OEM_Serial|SystemSerialNumb`;
  const holes = `Default string|oem default string inject 1|Not|.|............|No Asset Tag|No response from remote host
    |0123456789ABCDEF|Chassis Serial Number|Asset-1234567890|TO BE FILLED BY O.E.M|BSS-0123456789|0|000`;

  test.each(`${blacklist}|${holes}`.split('|').map((text) => text.trim()))('"%s" is a filler', (filler) => {
    expect(said(normaliseSerial(filler, undefined))).toMatch(/^junk: /);
  });

  test.each([
    ['lr9nkz7', undefined, 'LR9NKZ7'],
    ['czc 0479792', 'Hewlett-Packard', 'CZC 0479792'],
    ['SCZC0479792', 'Hewlett-Packard', 'CZC0479792'],
    ['SCZC0479792', 'LENOVO', 'SCZC0479792'],
    // An honest counter, and board serials that GLPI's unanchored pattern would drop.
    ['00000001', undefined, '00000001'],
    ['/640HP72/CN129636460078/', 'Dell Inc.', '/640HP72/CN129636460078/'],
    ['..CN708210BL002B.', 'Dell Inc.', '..CN708210BL002B.'],
    ['K4.2RJF1.53', undefined, 'K4.2RJF1.53'],
    ['486280', undefined, '486280'],
    ['4632-8421-0093-7761-2250-9987-31', undefined, '4632-8421-0093-7761-2250-9987-31'],
    ['BFEBFBFF000306C3', undefined, 'junk: CPU id'],
    ['178BFBFF00870F10', undefined, 'junk: CPU id'],
    ['000306C3BFEBFBFF', undefined, 'junk: CPU id'],
    ['C3 06 03 00 FF FB EB BF', undefined, 'junk: CPU id'],
    ['C3060300FFFBEBBF', undefined, 'junk: CPU id'],
    ['5A30D8711BBADC9D', undefined, '5A30D8711BBADC9D'],
    ['SSSS', 'Hewlett-Packard', 'junk: one character repeated'],
    ['SABC', 'Hewlett-Packard', 'junk: too short'],
  ])('%s of %s → %s', (sent, manufacturer, expected) => {
    expect(said(normaliseSerial(sent, manufacturer))).toBe(expected);
  });

  test('128 characters count, 129 do not', () => {
    const long = 'AB7'.repeat(43);
    expect(said(normaliseSerial(long.slice(0, 128), undefined))).toBe(long.slice(0, 128));
    expect(said(normaliseSerial(long, undefined))).toBe('junk: too long');
  });
});

describe('uuids', () => {
  test('both byte orders, any case, braces and grouping are one', () => {
    const spellings = [
      '44454C4C-4C00-1047-8039-C8C04F36344A',
      '4c4c4544-004c-4710-8039-c8c04f36344a',
      '{4C4C4544-004C-4710-8039-C8C04F36344A}',
      '4C 4C 45 44 00 4C 47 10-80 39 C8 C0 4F 36 34 4A',
    ];
    expect(new Set(spellings.map((text) => said(normaliseUuid(text)))).size).toBe(1);
  });

  test.each([
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
    '03000200-0400-0500-0006-000700080009',
    '00020003-0004-0005-0006-000700080009',
    '6AB5B300-538D-1014-9FB5-B0684D007B53',
    '01010101-0101-0101-0101-010101010101',
    '2',
    '00000000-0000-0000-0000-000000000000',
    '00000000-0000-0000-0000-000000000001',
    '12345678-1234-5678-90AB-CDDEEFAABBCC',
    'XXXXXXXXXXXXXXXX',
    'Not Settable',
  ])('%s is a filler', (filler) => {
    expect(said(normaliseUuid(filler))).toMatch(/^junk: /);
  });

  test.each([
    ['5a30d8711bbadc9d', '5a30d8711bbadc9d'],
    ['A673603A07FFBAC70852FDC75D007C1EDBED196E', 'a673603a07ffbac70852fdc75d007c1edbed196e'],
    ['080020FF-FFFF-FFFF-FFFF-001B24F06A45', '080020ff-ffff-ffff-ffff-001b24f06a45'],
    ['4BDRGGFE-1', '4bdrggfe-1'],
  ])('%s counts as %s', (sent, expected) => {
    expect(said(normaliseUuid(sent))).toBe(expected);
  });

  test('a serial that holds a uuid is found out', () => {
    const canonical = said(normaliseUuid('564d9904-a176-a762-1b95-f75ddd0642d8'));
    expect(uuidInSerial('VMware-56 4d 99 04 a1 76 a7 62-1b 95 f7 5d dd 06 42 d8')).toBe(canonical);
    expect(uuidInSerial('04994D56-76A1-62A7-1B95-F75DDD0642D8')).toBe(canonical);
    expect(uuidInSerial('LR9NKZ7')).toBeUndefined();
    expect(uuidInSerial('VMware-00 00 00 00 00 00 00 00-00 00 00 00 00 00 00 00')).toBeUndefined();
  });
});

describe('names, installs and addresses', () => {
  test.each([
    ['SRV-DB-01.corp.example', 'srv-db-01'],
    ['ВЙМШВ-ПК', 'вймшв-пк'],
    ['fusioninventory’s iMac', 'fusioninventory’s imac'],
    ['localhost', 'junk: default name'],
    ['localhost.localdomain', 'junk: default name'],
    ['android', 'junk: default name'],
    ['192.168.1.5', 'junk: an address, not a name'],
    ['fe80::1', 'junk: an address, not a name'],
    ['.corp', 'junk: default name'],
  ])('host name %s → %s', (sent, expected) => {
    expect(said(normaliseHostname(sent))).toBe(expected);
  });

  test.each([
    ['Anna-2026-01-05-08-00-00', 'anna-2026-01-05-08-00-00'],
    ['FOO', 'junk: name of the offline tools'],
    ['d'.repeat(256), 'junk: too long'],
  ])('deviceid %s → %s', (sent, expected) => {
    expect(said(normaliseDeviceid(sent))).toBe(expected);
  });

  test.each([
    ['10.0.0.9', '10.0.0.9'],
    ['::ffff:10.0.0.9', '10.0.0.9'],
    ['2001:DB8:0::1', '2001:db8::1'],
    ['127.0.0.1', 'junk: loopback address'],
    ['0.0.0.0', 'junk: unspecified address'],
    ['fe80::1%eth0', 'junk: link-local address'],
    ['1', 'junk: not an address'],
    ['0x7f.1', 'junk: not an address'],
    ['10.0.0.9; drop table', 'junk: not an address'],
  ])('address %s → %s', (sent, expected) => {
    expect(said(normaliseAddress(sent))).toBe(expected);
  });
});
