import fc from 'fast-check';
import type { JsonValue, ValidInventory } from '../../src/domain/inventory';
import { identityOf } from '../../src/identity/device-identity';
import { displayOf } from '../../src/identity/display-identity';
import { normaliseHostname } from '../../src/identity/host-name';
import { normaliseDeviceid } from '../../src/identity/install-id';
import { normaliseMac } from '../../src/identity/mac-address';
import { normaliseAddress } from '../../src/identity/management-address';
import type { Normalised } from '../../src/identity/normalised';
import { normaliseSerial } from '../../src/identity/serial-number';
import { normaliseUuid } from '../../src/identity/smbios-uuid';
import { cleanText } from '../../src/identity/clean-text';
import { assign } from '../../src/ingest/assign';
import { lookupsOf, maxLookups } from '../../src/ingest/look-up';
import { vet } from '../../src/ingest/vet';
import { candidateOf, factsWith, identified, keyWith, sourceAddress, weighed } from '../unit/ingest/deciding';
import {
  assetOf,
  inventoryOf,
  laptop,
  matchOf,
  scanOf,
  stranger,
  type Machine,
} from '../unit/identity/machines';

const hex = (length: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: length, maxLength: length });
const uuids = fc.uuid();
/** Text as agents send it, with everything that a normaliser looks for. */
const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  uuids,
  hex(12),
  hex(16),
  fc.ipV4(),
  fc.ipV6(),
  fc.stringMatching(/^S{0,3}[0-9A-Z .-]{0,20}$/),
  fc.constantFrom(
    'VMware-56 4d 99 04 a1 76 a7 62-1b 95 f7 5d dd 06 42 d8',
    'localhost',
    '0',
    'Default string',
  ),
);

describe('normalisers change nothing the second time', () => {
  const normalisers: [string, (text: string) => Normalised][] = [
    ['serial', (text) => normaliseSerial(text, undefined)],
    ['serial of Hewlett-Packard', (text) => normaliseSerial(text, 'Hewlett-Packard')],
    ['uuid', normaliseUuid],
    ['mac', normaliseMac],
    ['hostname', normaliseHostname],
    ['deviceid', normaliseDeviceid],
    ['address', normaliseAddress],
  ];

  test.each(normalisers)('%s', (_name, normalise) => {
    fc.assert(
      fc.property(texts, (sent) => {
        const once = normalise(cleanText(sent) ?? '');
        if ('value' in once) expect(normalise(cleanText(once.value) ?? '')).toEqual(once);
      }),
      { numRuns: 500 },
    );
  });
});

const mac = fc
  .tuple(fc.constantFrom('00:1b:21', '52:54:00', 'f0:de:f1'), hex(6))
  .map(([maker, rest]) => `${maker}:${rest.replace(/(..)(?!$)/g, '$1:')}`);
const machines: fc.Arbitrary<Machine> = fc
  .record(
    {
      serial: fc.constantFrom('LAP0001X', 'LAP0002Y', 'ABCD1234'),
      uuid: fc.constantFrom(laptop.uuid!, stranger.uuid!),
      macs: fc.array(fc.oneof(fc.constantFrom(...laptop.macs!, ...stranger.macs!), mac), { maxLength: 4 }),
      deviceid: fc.constantFrom(laptop.deviceid!, stranger.deviceid!),
      name: fc.constantFrom('anna', 'bert', 'carl'),
      vmsystem: fc.constantFrom('Physical', 'QEMU'),
      partial: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  .map((machine) => machine as Machine);

describe('spelling changes nothing', () => {
  const respell = (uuid: string): fc.Arbitrary<string> => {
    const [a = '', b = '', c = '', ...rest] = uuid.split('-');
    const swap = (field: string): string => (field.match(/../g) ?? []).reverse().join('');
    const swapped = [swap(a), swap(b), swap(c), ...rest].join('-');
    return fc.constantFrom(
      uuid,
      uuid.toUpperCase(),
      swapped,
      `{${swapped.toUpperCase()}}`,
      uuid.replaceAll('-', ''),
    );
  };
  const respellMac = (address: string): fc.Arbitrary<string> =>
    fc.constantFrom(
      address,
      address.toUpperCase(),
      address.replaceAll(':', '-'),
      address.replaceAll(':', ''),
    );
  const respelt = (machine: Machine): fc.Arbitrary<Machine> =>
    fc
      .record({
        serial: fc.constantFrom(
          machine.serial,
          machine.serial?.toLowerCase(),
          machine.serial && ` ${machine.serial}  `,
        ),
        uuid: machine.uuid === undefined ? fc.constant(undefined) : respell(machine.uuid),
        macs: fc
          .tuple(...(machine.macs ?? []).map(respellMac))
          .chain((macs) => fc.shuffledSubarray([...macs, ...macs], { minLength: macs.length * 2 })),
        name: fc.constantFrom(
          machine.name,
          machine.name?.toUpperCase(),
          machine.name && `${machine.name}.corp.example`,
        ),
        deviceid: fc.constantFrom(machine.deviceid, machine.deviceid?.toUpperCase()),
      })
      .map((spelling) => {
        const said = Object.entries({ ...machine, ...spelling }).filter(([, value]) => value !== undefined);
        return Object.fromEntries(said);
      });

  test('case, separators, byte order, repeats and order of cards', () => {
    fc.assert(
      fc.property(
        machines.chain((machine) => fc.tuple(fc.constant(machine), respelt(machine))),
        ([machine, other]) => {
          const { dropped: _a, ...plain } = identityOf(inventoryOf(machine));
          const { dropped: _b, ...spelt } = identityOf(inventoryOf(other));
          expect(spelt).toEqual(plain);
        },
      ),
    );
  });

  test('order of sections', () => {
    fc.assert(
      fc.property(machines, (machine) => {
        const inventory = inventoryOf(machine);
        const content = Object.fromEntries(Object.entries(inventory.content).reverse());
        expect(identityOf({ ...inventory, content })).toEqual(identityOf(inventory));
      }),
    );
  });
});

describe('matching', () => {
  test('the order of the candidates changes nothing', () => {
    const ordered = fc.array(machines, { maxLength: 6 }).chain((list) => {
      const assets = list.map((machine, i) => assetOf(inventoryOf(machine), { assetId: `asset-${i}` }));
      return fc.tuple(fc.constant(assets), fc.shuffledSubarray(assets, { minLength: assets.length }));
    });
    fc.assert(
      fc.property(machines, ordered, (machine, [assets, shuffled]) => {
        expect(matchOf(inventoryOf(machine), shuffled)).toEqual(matchOf(inventoryOf(machine), assets));
      }),
    );
  });

  test('one name and any number of shared addresses never make one asset of two machines', () => {
    const junk = fc.constantFrom(
      '00:00:00:00:00:00',
      '02:50:41:00:00:01',
      '20:41:53:59:4e:ff',
      '00:50:56:c0:00:01',
      '02:42:ac:11:00:02',
    );
    const lackings = fc.subarray(['serial', 'uuid', 'macs', 'deviceid'] as const);
    fc.assert(
      fc.property(fc.array(junk, { maxLength: 5 }), lackings, lackings, (shared, fromOne, fromOther) => {
        const make = (machine: Machine, lacking: readonly string[]): ValidInventory => {
          const left = Object.entries(machine).filter(([name]) => !lacking.includes(name));
          const rest = Object.fromEntries(left) as Machine;
          return inventoryOf({ ...rest, name: 'pc', macs: [...shared, ...(rest.macs ?? [])] });
        };
        expect(matchOf(make(stranger, fromOne), [assetOf(make(laptop, fromOther))]).result).toBe('none');
      }),
    );
  });

  test('swapping the names of two machines does not change who is who', () => {
    const assets = [laptop, stranger].map((machine) =>
      assetOf(inventoryOf(machine), { assetId: machine.serial! }),
    );
    for (const [machine, name] of [
      [laptop, stranger.name],
      [stranger, laptop.name],
    ] as const) {
      const found = matchOf(inventoryOf({ ...machine, name: name! }), assets);
      expect(found).toMatchObject({ result: 'same', asset: { assetId: machine.serial } });
    }
  });
});

describe('who is who does not change', () => {
  /** Up to 5 machines of one office: real numbers in a row, cards in a row, or nothing but a card. */
  const offices = fc
    .array(fc.record({ hasNumbers: fc.boolean(), cards: fc.integer({ min: 1, max: 3 }) }), {
      minLength: 2,
      maxLength: 5,
    })
    .map((plans) =>
      plans.map(({ hasNumbers, cards }, i): Machine => ({
        ...(hasNumbers
          ? { serial: `PF100${i}`, uuid: `11c5d0a2-7f10-4a1b-9c3d-0a1b2c3d4e1${i}` }
          : { serial: 'Default string', uuid: '03000200-0400-0500-0006-000700080009' }),
        macs: Array.from({ length: cards }, (_, n) => `00:1b:21:00:0${n}:0${i}`),
        deviceid: `pc-${i}-2026-01-05-08-00-0${i}`,
        name: `pc-${i}`,
      })),
    );
  const asAssets = (office: readonly Machine[]) =>
    office.map((machine, i) => assetOf(inventoryOf(machine), { assetId: `asset-${i}` }));
  const homesOf = (told: readonly Machine[], assets: ReturnType<typeof asAssets>) =>
    told.map((machine) => {
      const found = matchOf(inventoryOf(machine), assets);
      return found.result === 'same' ? found.asset.assetId : found.result;
    });
  const own = (office: readonly Machine[]) => office.map((_, i) => `asset-${i}`);

  test('when machines exchange their names', () => {
    const renamed = offices.chain((office) =>
      fc.tuple(fc.constant(office), fc.shuffledSubarray([...office], { minLength: office.length })),
    );
    fc.assert(
      fc.property(renamed, ([office, others]) => {
        const told = office.map((machine, i) => ({ ...machine, name: others[i]!.name! }));
        expect(homesOf(told, asAssets(office))).toEqual(own(office));
      }),
    );
  });

  test('when junk addresses and one dock stand before the own cards of all', () => {
    const junk = fc.subarray([
      '00:00:00:00:00:00',
      '02:50:41:00:00:01',
      '0A-00-27-00-00-00',
      '02:42:ac:11:00:01',
    ]);
    fc.assert(
      fc.property(offices, junk, fc.boolean(), (office, shared, isDocked) => {
        const before = [...shared, ...(isDocked ? ['3c:18:a0:7e:55:d1'] : [])];
        const told = office.map((machine) => ({ ...machine, macs: [...before, ...machine.macs!] }));
        expect(homesOf(told, asAssets(office))).toEqual(own(office));
        // Nor when they were there from the beginning, and are gone.
        expect(homesOf(office, asAssets(told))).toEqual(own(office));
      }),
    );
  });

  test('when sections and fields come in another order, and text in another case', () => {
    fc.assert(
      fc.property(offices, (office) => {
        const assets = asAssets(office);
        for (const [i, machine] of office.entries()) {
          const plain = inventoryOf({ ...machine, name: machine.name!.toUpperCase() });
          const content = Object.fromEntries(
            Object.entries(plain.content)
              .reverse()
              .map(([name, value]) => [name, Array.isArray(value) ? [...value].reverse() : value]),
          );
          expect(matchOf({ ...plain, content }, [...assets].reverse())).toMatchObject({
            result: 'same',
            asset: { assetId: `asset-${i}` },
          });
        }
      }),
    );
  });
});

describe('hostile content', () => {
  const json = fc.jsonValue({ maxDepth: 3 }).map((value) => value as JsonValue);
  const value = fc.oneof(
    texts,
    json,
    fc.array(fc.oneof(texts, json), { maxLength: 4 }),
  ) as fc.Arbitrary<JsonValue>;
  const section = (...names: string[]): fc.Arbitrary<JsonValue> =>
    fc.oneof(
      { arbitrary: fc.dictionary(fc.constantFrom(...names), value), weight: 4 },
      { arbitrary: json, weight: 1 },
    );
  const rows = (...names: string[]): fc.Arbitrary<JsonValue> => fc.array(section(...names), { maxLength: 4 });
  const contents = fc.record(
    {
      bios: section('ssn', 'msn', 'enclosureserial', 'smanufacturer', 'smodel'),
      hardware: section('name', 'uuid', 'vmsystem', 'workgroup', '__proto__', 'constructor'),
      networks: rows('mac', 'description', 'type', 'virtualdev', 'pnpdeviceid', 'ipaddress'),
      cpus: rows('id'),
      operatingsystem: section('name', 'full_name', 'fqdn', 'dns_domain'),
      network_device: section('serial', 'mac', 'name', 'ips', 'manufacturer'),
      network_ports: rows('mac'),
    },
    { requiredKeys: [] },
  );
  const inventories: fc.Arbitrary<ValidInventory> = fc.record({
    action: fc.constantFrom('inventory', 'netdiscovery', 'netinventory'),
    deviceid: texts,
    itemtype: fc.constantFrom('Computer', 'Printer', 'Unmanaged'),
    partial: fc.boolean(),
    tag: fc.option(texts, { nil: undefined }),
    content: contents,
    notes: fc.constant([]),
    deviceidIsDevice: fc.boolean(),
  });

  test('every submission gets one verdict, bounded look-ups and storable text; nothing throws', () => {
    const key = keyWith({ rules: [{ domain: '*a*b*', hostname: '*', entityId: 'e' }], tagPolicy: 'map' });
    fc.assert(
      fc.property(inventories, inventories, fc.boolean(), (inventory, other, fullAwaited) => {
        const identity = identityOf(inventory);
        const facts = factsWith(
          [
            candidateOf(other, { assetId: 'b' }),
            candidateOf(inventory, { assetId: 'a' }),
            candidateOf(inventoryOf(laptop), { assetId: 'c', kid: 'OTHER' }),
          ],
          { fullAwaited },
        );
        const found = identified(inventory, facts, key);
        expect(['passed', 'refused', 'quarantined']).toContain(found.verdict);
        const results: unknown[] = [found, identity, displayOf(inventory)];
        if (found.verdict === 'passed') {
          results.push(vet(weighed(inventory, found.value, facts, key)));
          results.push(assign(inventory, identity, key, found.value, sourceAddress));
        }
        expect(lookupsOf(identity).length).toBeLessThanOrEqual(maxLookups);
        for (const { value: stored } of lookupsOf(identity)) {
          expect([stored.isWellFormed(), stored.includes('\0'), stored.length <= 255]).toEqual([
            true,
            false,
            true,
          ]);
        }
        const shown = JSON.stringify([displayOf(inventory), identity.dropped]);
        expect(shown).not.toContain('\\u0000');
        expect(JSON.stringify(results)).toBeTruthy();
      }),
      { numRuns: 500 },
    );
  });

  test('very long text and very many rows are cut before they cost anything', () => {
    const long = 'a.'.repeat(500_000);
    const networks = Array.from({ length: 20_000 }, (_, i) => ({
      mac: i.toString(16).padStart(12, '0'),
      description: long,
    }));
    const content = { bios: { ssn: long, msn: long }, hardware: { name: long, uuid: long }, networks };
    const identity = identityOf({ ...inventoryOf({ deviceid: long }), content });
    expect(identity).toMatchObject({ serial: undefined, uuid: undefined, deviceid: undefined });
    expect(identity.macs.length).toBeLessThanOrEqual(32);
    expect(displayOf({ ...scanOf({}), content: { network_device: { name: long } } }).name?.length).toBe(255);
  });
});
