import { identityOf } from '../../../src/identity/device-identity';
import { lockKeysOf, lookupsOf, maxLookups } from '../../../src/ingest/look-up';
import { inventoryOf, laptop, scanOf } from '../identity/machines';

test('assets are looked up by numbers, cards and deviceid, never by name or agentid', () => {
  const identity = identityOf(inventoryOf(laptop), laptop.agentid);
  expect(lookupsOf(identity).map(({ kind }) => kind)).toEqual(['serial', 'uuid', 'mac', 'mac', 'deviceid']);
});

test('network devices are looked up by address too', () => {
  expect(lookupsOf(identityOf(scanOf({ ips: ['10.0.0.9'] }), undefined))).toEqual([
    { kind: 'ip', value: '10.0.0.9' },
  ]);
});

test('the largest identity stays within the bound', () => {
  const macs = Array.from({ length: 40 }, (_, i) => `00:1b:21:00:01:${(i + 16).toString(16)}`);
  const identity = {
    ...identityOf(inventoryOf({ ...laptop, macs }), undefined),
    ips: Array.from({ length: 20 }, (_, i) => `10.0.0.${i}`),
  };
  expect(lookupsOf(identity)).toHaveLength(maxLookups);
});

test('locks are unique and sorted, and the same however the inventory is ordered', () => {
  const identity = identityOf(inventoryOf(laptop), undefined);
  const keys = lockKeysOf(identity);
  expect(keys).toEqual([
    'deviceid:anna-2026-01-05-08-00-00',
    'mac:00:1b:21:00:00:01',
    'mac:00:1b:21:00:00:02',
    'serial:LAP0001X',
    'uuid:11c5d0a2-7f10-4a1b-9c3d-0a1b2c3d4e01',
  ]);
  const reversed = inventoryOf({ ...laptop, macs: [...laptop.macs!, ...laptop.macs!].reverse() });
  expect(lockKeysOf(identityOf(reversed, undefined))).toEqual(keys);
});
