import type { IdentifierKind } from '../../../src/domain/identity';
import { identityOf } from '../../../src/identity/device-identity';
import { normaliseAddress } from '../../../src/identity/management-address';
import { against, inventoryOf, laptop, stranger, type Machine } from './machines';

// GLPI's default blacklist where it names identifiers, through a whole inventory; serials in full in
// normalisers.test.ts. Its 8 models and manufacturers identify no machine and are compared nowhere. The empty MAC and
// the empty address of the list cannot be written as identifiers at all.
const uuids = [
  'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
  '03000200-0400-0500-0006-000700080009',
  '6AB5B300-538D-1014-9FB5-B0684D007B53',
  '01010101-0101-0101-0101-010101010101',
  '2',
  // Not on the list, met by users.
  '00000000-0000-0000-0000-000000000000',
  '12345678-1234-5678-90AB-CDDEEFAABBCC',
];
const macs = [
  '20:41:53:59:4e:ff',
  '02:00:4e:43:50:49',
  'e2:e6:16:20:0a:35',
  'd2:0a:2d:a0:04:be',
  'd2:6b:25:2f:2c:e7',
  '00:a0:c6:00:00:00',
  '33:50:6f:45:30:30',
  '0a:00:27:00:00:00',
  '00:50:56:C0:00:01',
  '00:50:56:C0:00:08',
  '00:50:56:C0:00:02',
  '00:50:56:C0:12:ef',
  '02:80:37:EC:02:00',
  '50:50:54:50:30:30',
  '24:b6:20:52:41:53',
  'FE:FF:FF:FF:FF:FF',
  '00:00:00:00:00:00',
  '00:0b:ca:fe:00:00',
  // Not on the list, met by users.
  '00:1A:7D:DA:71:0A',
  '02:50:41:00:00:01',
];

function seen(
  kind: IdentifierKind,
  machine: Machine,
): { readonly value: unknown; readonly isNamed: boolean } {
  const identity = identityOf(inventoryOf(machine));
  const value = { serial: identity.serial, uuid: identity.uuid, mac: identity.macs[0] }[kind as string];
  return { value, isNamed: identity.dropped.some((one) => one.kind === kind && one.why !== '') };
}

test.each(uuids)('uuid %s identifies nobody, and the case says so', (uuid) => {
  expect(seen('uuid', { ...laptop, uuid })).toEqual({ value: undefined, isNamed: true });
});

test.each(macs)('MAC %s identifies nobody, and the case says so', (mac) => {
  expect(seen('mac', { ...laptop, macs: [mac] })).toEqual({ value: undefined, isNamed: true });
});

test.each(['', '0.0.0.0', '127.0.0.1', '::1'])('address "%s" identifies nobody', (address) => {
  expect(normaliseAddress(address)).toHaveProperty('why');
});

// GLPI's patterns, unanchored or meant for other things, drop these too (glpi#24870): here they stay, and a
// second factor decides.
test.each(['00000001', '0000100', 'CN1.2X77', 'PF-4.5-00917', 'ABC1.0.2'])(
  'serial %s stays, though the list of GLPI drops it',
  (serial) => {
    expect(seen('serial', { ...laptop, serial })).toEqual({ value: serial, isNamed: false });
  },
);

test('two machines with the serial 00000001 and nothing else in common stay two', () => {
  expect(against({ ...laptop, serial: '00000001' }, { ...stranger, serial: '00000001' })).toBe('none');
});
