import { identityOf } from '../../../src/identity/device-identity';
import { lookupsOf, maxLookups } from '../../../src/ingest/look-up';
import { inventoryOf, laptop, scanOf } from '../identity/machines';

test('assets are looked up by numbers, cards and deviceid, never by name or agentid', () => {
  const identity = identityOf(inventoryOf(laptop), { agentid: laptop.agentid });
  expect(lookupsOf(identity).map(({ kind }) => kind)).toEqual(['serial', 'uuid', 'mac', 'mac', 'deviceid']);
});

test('network devices are looked up by address too', () => {
  expect(lookupsOf(identityOf(scanOf({ ips: ['10.0.0.9'] })))).toEqual([{ kind: 'ip', value: '10.0.0.9' }]);
});

test('the largest identity stays within the bound', () => {
  const macs = Array.from({ length: 40 }, (_, i) => `00:1b:21:00:01:${(i + 16).toString(16)}`);
  const identity = {
    ...identityOf(inventoryOf({ ...laptop, macs })),
    ips: Array.from({ length: 20 }, (_, i) => `10.0.0.${i}`),
  };
  expect(lookupsOf(identity)).toHaveLength(maxLookups);
});

test('look-ups are unique, and the same however the inventory is ordered', () => {
  const identity = identityOf(inventoryOf(laptop));
  const keysOf = (of: typeof identity) => lookupsOf(of).map(({ kind, value }) => `${kind}:${value}`);
  const keys = keysOf(identity);
  expect(keys).toEqual([
    'serial:LAP0001X',
    'uuid:11c5d0a2-7f10-4a1b-9c3d-0a1b2c3d4e01',
    'mac:00:1b:21:00:00:01',
    'mac:00:1b:21:00:00:02',
    'deviceid:anna-2026-01-05-08-00-00',
  ]);
  const reversed = inventoryOf({ ...laptop, macs: [...laptop.macs!, ...laptop.macs!].reverse() });
  expect(keysOf(identityOf(reversed))).toEqual(keys);
});

test('a name is looked up only when a scan shows nothing else', () => {
  const identity = identityOf(inventoryOf(laptop));
  const named = { ...identity, serial: undefined, uuid: undefined, macs: [], deviceid: undefined, ips: [] };
  expect(lookupsOf({ ...named, hostname: 'printer-1' })).toEqual([{ kind: 'hostname', value: 'printer-1' }]);
  expect(lookupsOf({ ...named, hostname: 'printer-1', ips: ['192.0.2.1'] })).toEqual([
    { kind: 'ip', value: '192.0.2.1' },
  ]);
});
