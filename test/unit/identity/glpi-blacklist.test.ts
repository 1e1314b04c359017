import type { JsonObject } from '../../../src/domain/inventory';
import { displayOf } from '../../../src/identity/display-identity';
import { normaliseMac } from '../../../src/identity/mac-address';
import { normaliseAddress } from '../../../src/identity/management-address';
import { normaliseSerial } from '../../../src/identity/serial-number';
import { normaliseUuid } from '../../../src/identity/smbios-uuid';
import { inventoryOf, laptop } from './machines';

/**
 * The default blacklist of GLPI (`Blacklist::getDefaults`, 10.0.16 and 11: 72 entries), entry by entry. A pattern stands by
 * examples of what it means. Where Gatehouse keeps what GLPI's pattern drops besides, that is said below.
 */
const serials = `N/A|(null string)|INVALID|SYS-1234567890|SYS-9876543210|SN-12345|SN-1234567890|0000000|1111111|1.0
  |1.2.3|1010101|0123456789|12345|123456|1234567|12345678|123456789|1234567890|123456789000|12345678901234567|NNNNNNN
  |xxxxxxxxxxx|EVAL|IATPASS|none|To Be Filled By O.E.M.|Tulip Computers|Serial Number xxxxxx
  |SN-123456fvgv3i0b8o5n6n7k|Unknow|System Serial Number|MB-1234567890|empty|Not Specified|OEM_Serial|SystemSerialNumb`;
const uuids = `FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF|03000200-0400-0500-0006-000700080009
  |6AB5B300-538D-1014-9FB5-B0684D007B53|01010101-0101-0101-0101-010101010101|2`;
const macs = `|20:41:53:59:4e:ff|02:00:4e:43:50:49|e2:e6:16:20:0a:35|d2:0a:2d:a0:04:be|d2:6b:25:2f:2c:e7
  |00:a0:c6:00:00:00|33:50:6f:45:30:30|0a:00:27:00:00:00|00:50:56:C0:00:01|00:50:56:C0:00:08|00:50:56:C0:00:02
  |00:50:56:C0:ab:cd|02:80:37:EC:02:00|50:50:54:50:30:30|24:b6:20:52:41:53|FE:FF:FF:FF:FF:FF|00:00:00:00:00:00
  |00:0b:ca:fe:00:00`;
const ips = '|0.0.0.0|127.0.0.1|::1';
const models = 'Unknow|To Be Filled By O.E.M.|*|System Product Name|Product Name|System Name|All Series';
const manufacturers = 'System manufacturer';

/**
 * What users found missing there: fusioninventory-for-glpi #2813, #873, #978, #783, OCSInventory-ocsreports #1652; the
 * literals that the list of FusionInventory for GLPI has instead of patterns.
 */
const holes = `Default string|oem default string inject 1|Not|.|............|   |No Asset Tag|No response from remote host
  |0123456789ABCDEF|Chassis Serial Number|Asset-1234567890|1111111111|1|0000000000|000000000|00000000|0`;
const holesOfUuids = `00000000-0000-0000-0000-000000000000|12345678-1234-5678-90AB-CDDEEFAABBCC`;
/** OCSInventory-ocsreports#1440: Bluetooth dongles of one maker; the adapter of a VPN client. */
const holesOfMacs = '00:1A:7D:DA:71:0A|02:50:41:00:00:01';

const entries = (text: string): string[] => text.split('|').map((entry) => entry.trim());

it('is here whole: 72 entries, one of them by two examples', () => {
  expect(entries([serials, uuids, macs, ips, models, manufacturers].join('|'))).toHaveLength(73);
});

it.each(entries(`${serials}|${holes}`))('serial "%s" recognises no machine', (entry) => {
  expect(normaliseSerial(entry, undefined)).toHaveProperty('why');
});

it.each(entries(`${uuids}|${holesOfUuids}`))('uuid "%s" recognises no machine', (entry) => {
  expect(normaliseUuid(entry)).toHaveProperty('why');
});

it.each(entries(`${macs}|${holesOfMacs}`))('address "%s" recognises no machine', (entry) => {
  expect(normaliseMac(entry)).toHaveProperty('why');
});

it.each(entries(ips))('management address "%s" recognises no device', (entry) => {
  expect(normaliseAddress(entry)).toHaveProperty('why');
});

describe('is not shown as if it were one:', () => {
  const shown = (bios: JsonObject) => displayOf({ ...inventoryOf(laptop), content: { bios } });

  it.each(entries(models))('model "%s"', (smodel) => {
    expect(shown({ smodel }).model).toBeUndefined();
  });

  it.each(entries(manufacturers))('manufacturer "%s"', (smanufacturer) => {
    expect(shown({ smanufacturer }).manufacturer).toBeUndefined();
  });
});

describe('what patterns of GLPI drop by accident counts:', () => {
  // glpi#24870: /^(0|1)+$/ takes honest counters. /\d\.\d(\.\d)?/ is not anchored and takes serials of Dell boards.
  it.each(['00000001', '/640HP72/CN1.29636460078/', 'K4.2RJF1.53'])('serial "%s"', (honest) => {
    expect(normaliseSerial(honest, undefined)).toEqual({ value: honest });
  });

  // Oracle X5-2 makes its uuid from the address of a card.
  it('a uuid that is full of F and ends with an address', () => {
    expect(normaliseUuid('080020FF-FFFF-FFFF-FFFF-001B24F06A45')).toHaveProperty('value');
  });
});
