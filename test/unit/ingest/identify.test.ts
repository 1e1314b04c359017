import { inventoryOf, laptop, scanOf, stranger } from '../identity/machines';
import { candidateOf, factsWith, identified, passedValue } from './deciding';

const anna = inventoryOf(laptop);
const partial = inventoryOf({ ...laptop, partial: true });

test('a device that nobody knows is new', () => {
  expect(passedValue(identified(anna, factsWith()))).toMatchObject({
    kind: 'new',
    match: { candidateCount: 0 },
  });
});

test('a known device is known, with the grounds', () => {
  const found = passedValue(identified(anna, factsWith([candidateOf(anna)])));
  expect(found).toMatchObject({
    kind: 'known',
    asset: { assetId: 'asset-a' },
    match: { assetId: 'asset-a' },
  });
});

test('an asset of another key is handed on as known: vet holds it', () => {
  const found = passedValue(identified(anna, factsWith([candidateOf(anna, { kid: 'OTHER' })])));
  expect(found).toMatchObject({ kind: 'known', asset: { kid: 'OTHER' } });
});

test('a conflict is held, and names the asset it conflicts with', () => {
  const copied = inventoryOf({ ...stranger, serial: laptop.serial!, uuid: laptop.uuid! });
  expect(identified(copied, factsWith([candidateOf(anna)]))).toMatchObject({
    verdict: 'quarantined',
    reason: 'identity_conflict',
    conflictsWith: 'asset-a',
    evidence: { match: { agreed: ['serial', 'uuid'], contradicted: ['mac', 'install', 'hostname'] } },
  });
});

test('what fits two assets is held, and names both', () => {
  const facts = factsWith([candidateOf(anna, { assetId: 'b' }), candidateOf(anna, { assetId: 'a' })]);
  expect(identified(anna, facts)).toMatchObject({
    reason: 'identity_ambiguous',
    evidence: { fits: ['a', 'b'] },
  });
});

test('a partial of a device whose full inventory was never stored is refused: the full one is awaited', () => {
  expect(identified(partial, factsWith())).toMatchObject({
    verdict: 'refused',
    reason: 'full_inventory_awaited',
  });
  expect(identified(partial, factsWith([candidateOf(anna)]))).toMatchObject({ verdict: 'passed' });
});

test('while the full one is awaited no partial is taken, but the full one is', () => {
  const facts = factsWith([candidateOf(anna)], { fullAwaited: true });
  expect(identified(partial, facts)).toMatchObject({ reason: 'full_inventory_awaited' });
  expect(identified(anna, facts)).toMatchObject({ verdict: 'passed' });
});

test('a scan is no partial, even when its message says so', () => {
  const scan = { ...scanOf({ serial: 'PRN4711' }), partial: true };
  expect(identified(scan, factsWith([], { fullAwaited: true }))).toMatchObject({ verdict: 'passed' });
});

test.each([
  ['nothing', inventoryOf({}), false],
  ['a name', inventoryOf({ name: 'anna' }), false],
  ['a deviceid', inventoryOf({ deviceid: 'anna-1' }), false],
  ['a deviceid and a default name', inventoryOf({ deviceid: 'anna-1', name: 'localhost' }), false],
  ['fillers', inventoryOf({ serial: '0', uuid: '2', macs: ['00:00:00:00:00:00'] }), false],
  ['a deviceid and a name', inventoryOf({ deviceid: 'anna-1', name: 'anna' }), true],
  ['a serial', inventoryOf({ serial: 'LAP0001X' }), true],
  ['a card', inventoryOf({ macs: ['00:1b:21:00:00:01'] }), true],
  ['the name of a scanned device', scanOf({ name: 'prn-1' }), true],
  ['a scan of nothing', scanOf({}), false],
  ['the address of a scanned device', scanOf({ ips: ['10.0.0.9'] }), true],
  ['the loopback address of a scanned device', scanOf({ ips: ['127.0.0.1'] }), false],
])('a device that shows %s', (_title, inventory, isEnough) => {
  const result = identified(inventory, factsWith());
  expect(result).toMatchObject(
    isEnough ? { verdict: 'passed' } : { verdict: 'refused', reason: 'identity_insufficient' },
  );
});

test('a scan that shows only a name finds the asset of such a scan, and never a machine with more than a name', () => {
  const scan = scanOf({ name: 'prn-1' });
  expect(identified(scan, factsWith([candidateOf(scan)]))).toMatchObject({ value: { kind: 'known' } });
  const withSerial = candidateOf(scanOf({ name: 'prn-1', serial: 'PRN4711' }));
  expect(identified(scan, factsWith([withSerial]))).toMatchObject({ value: { kind: 'new' } });
  const computer = candidateOf(inventoryOf({ name: 'prn-1', deviceid: 'prn-1-2026' }));
  expect(identified(scan, factsWith([computer]))).toMatchObject({ value: { kind: 'new' } });
});
