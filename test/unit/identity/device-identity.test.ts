import type { JsonObject, JsonValue } from '../../../src/domain/inventory';
import { identityOf } from '../../../src/identity/device-identity';
import { displayOf } from '../../../src/identity/display-identity';
import { inventoryOf, laptop, scanOf } from './machines';

const withContent = (content: JsonObject): ReturnType<typeof inventoryOf> =>
  inventoryOf({ deviceid: 'd-1', content });
const withBios = (bios: JsonObject, uuid?: string): ReturnType<typeof identityOf> =>
  identityOf(withContent({ bios, hardware: uuid === undefined ? {} : { uuid } }));
const macsOf = (networks: JsonValue): readonly string[] => identityOf(withContent({ networks })).macs;

describe('serial', () => {
  test('system, then board, then chassis; the fillers passed over are reported', () => {
    const bios = { ssn: 'To be filled by O.E.M.', msn: '0', enclosureserial: 'CHASSIS77' };
    const identity = withBios(bios);
    expect(identity.serial).toBe('CHASSIS77');
    expect(identity.dropped).toEqual([
      { kind: 'serial', value: '0', why: 'too short' },
      { kind: 'serial', value: 'To be filled by O.E.M.', why: 'filler text' },
    ]);
    expect(withBios({ ...bios, msn: 'MT7013K30709271' }).serial).toBe('MT7013K30709271');
    expect(withBios({ ...bios, ssn: 486280 }).serial).toBe('486280');
  });

  test('VMware’s serial is its uuid again: one factor, not two', () => {
    const ssn = 'VMware-56 4d 99 04 a1 76 a7 62-1b 95 f7 5d dd 06 42 d8';
    const both = withBios({ ssn }, '04994d56-76a1-62a7-1b95-f75ddd0642d8');
    expect([both.serial, both.uuid]).toEqual([undefined, '04994d56-76a1-62a7-1b95-f75ddd0642d8']);
    expect(both.dropped).toMatchObject([{ kind: 'serial', why: 'repeats the uuid' }]);
    expect(withBios({ ssn }).uuid).toBe(both.uuid);
  });

  test('a serial equal to the id of one of the CPUs is none', () => {
    const content = { bios: { ssn: 'A1 B2 C3 D4 11 22 33' }, cpus: [{ id: 'A1:B2:C3:D4:11:22:33' }] };
    expect(identityOf(withContent(content)).serial).toBeUndefined();
  });
});

describe('addresses of cards', () => {
  test('repeats collapse; bonds, bridges and filter drivers add nothing', () => {
    const mac = '00:1B:21:00:00:01';
    const networks = [
      { description: 'eth0', mac, ipaddress: '10.0.0.1' },
      { description: 'eth0', mac: mac.toLowerCase(), ipaddress: '10.0.0.2' },
      { description: 'bond0', mac, type: 'aggregate', virtualdev: true },
      { description: 'VirtualBox Bridged Networking Driver Miniport', mac, virtualdev: true },
      { description: 'docker0', mac: '02:42:8e:0a:5c:11' },
      { description: 'virbr0', mac: '52:54:00:fa:20:0e', virtualdev: true },
      { description: 'veth0f0f81b@if5', mac: '26:33:d9:8b:38:1b' },
      { description: 'TAP-Windows Adapter V9', mac: '0a:ff:4d:6d:c1:ac' },
      {
        description: 'Check Point Virtual Network Adapter',
        mac: '54:5C:72:65:B7:0E',
        pnpdeviceid: 'ROOT\\NET\\0000',
      },
      { description: 'Bluetooth', mac: '74:F3:95:C7:E8:C2', pnpdeviceid: 'BTH\\MS_BTHPAN\\7' },
      { description: 'lo', mac: '00:00:00:00:00:00', type: 'loopback' },
    ];
    expect(macsOf(networks)).toEqual(['00:1b:21:00:00:01']);
  });

  test('a virtual machine’s only card counts although it is flagged virtual; named virtual ones never do', () => {
    const guest = {
      description: 'AMD PCNET Family Ethernet Adapter',
      mac: '08:00:27:AC:B1:28',
      virtualdev: true,
    };
    const bridge = { description: 'virbr0', mac: '52:54:00:fa:20:0e', virtualdev: true };
    expect(macsOf([bridge, guest])).toEqual(['08:00:27:ac:b1:28']);
    expect(macsOf([bridge])).toEqual([]);
    expect(macsOf([guest, { description: 'eth0', mac: '00:1b:21:00:00:01' }])).toEqual(['00:1b:21:00:00:01']);
  });

  test('guests’ own cards are no virtual interfaces', () => {
    const names = [
      'vmxnet3 Ethernet Adapter',
      'Microsoft Hyper-V Network Adapter',
      'Red Hat VirtIO Ethernet Adapter',
      'ens18',
      'enx3c18a07e55d1',
    ];
    const networks = names.map((description, i) => ({ description, mac: `00:1b:21:00:00:0${i + 1}` }));
    expect(macsOf(networks)).toHaveLength(names.length);
  });

  test('a random Wi-Fi address is left out, a Wi-Fi card’s own is not', () => {
    expect(macsOf([{ description: 'wlp2s0', type: 'wifi', mac: 'ae:ed:e7:56:9b:a0' }])).toEqual([]);
    expect(macsOf([{ description: 'wlp2s0', type: 'wifi', mac: '8c:a9:82:4b:11:9e' }])).toEqual([
      '8c:a9:82:4b:11:9e',
    ]);
  });

  test('32 are kept, whatever their order, makers’ own first', () => {
    const own = Array.from({ length: 32 }, (_, i) => ({
      description: `eth${i}`,
      mac: `f0:1b:21:00:00:${(i + 16).toString(16)}`,
    }));
    const extra = { description: 'eth32', mac: '02:1b:21:00:00:01' };
    expect(macsOf(own)).toHaveLength(32);
    expect(macsOf([extra, ...own])).toEqual(macsOf([...own].reverse()));
  });
});

describe('devices seen by a scan', () => {
  test('the device’s own address; without it the lowest four of its ports', () => {
    const scan = scanOf({ name: 'sw-1' });
    const ports = ['05', '02', '01', '04', '03'].map((end) => ({
      ifname: end,
      mac: `b0:5a:da:10:10:${end}`,
    }));
    const content = { ...scan.content, network_ports: ports };
    expect(identityOf({ ...scan, content }).macs).toEqual(
      ['01', '02', '03', '04'].map((end) => `b0:5a:da:10:10:${end}`),
    );
    const own = { ...content, network_device: { mac: 'B0:5A:DA:10:10:80', ips: '10.0.0.1' } };
    const identity = identityOf({ ...scan, content: own });
    expect([identity.macs, identity.ips]).toEqual([['b0:5a:da:10:10:80'], ['10.0.0.1']]);
  });

  test('eight management addresses are kept, shared ones dropped', () => {
    const ips = ['127.0.0.1', '0.0.0.0', ...Array.from({ length: 9 }, (_, i) => `10.0.0.${i + 1}`)];
    const { ips: kept, dropped } = identityOf(scanOf({ ips }));
    expect(kept).toHaveLength(8);
    expect(dropped.map(({ value }) => value)).toEqual(['0.0.0.0', '127.0.0.1']);
  });
});

describe('what is shown', () => {
  test('text as sent, trimmed, without fillers', () => {
    const content = {
      bios: { ssn: ' lr9nkz7 ', smanufacturer: 'HP', smodel: 'System Product Name', mmodel: 'X1' },
      hardware: {
        name: ' PC.corp\u0000 ',
        uuid: '725BA801-507B-11CB-95E6-C66052AAC597',
        lastloggeduser: 'anna',
      },
      operatingsystem: { name: 'Debian', version: '12' },
      networks: [
        {
          description: 'eth0',
          mac: '00:1B:21:00:00:01',
          ipaddress: '10.0.0.1',
          ipaddress6: ['fe80::1', '2001:db8::1'],
        },
      ],
    };
    expect(displayOf(withContent(content))).toEqual({
      name: 'PC.corp',
      serial: 'lr9nkz7',
      uuid: '725BA801-507B-11CB-95E6-C66052AAC597',
      macs: ['00:1b:21:00:00:01'],
      ips: ['10.0.0.1', '2001:db8::1'],
      manufacturer: 'HP',
      model: 'X1',
      os: 'Debian 12',
      lastUser: 'anna',
    });
  });

  test('of a network device what the scan saw', () => {
    const scan = scanOf({ serial: 'PRN4711', mac: '00:80:77:D9:51:C3', name: 'prn-1', ips: ['10.0.0.9'] });
    expect(displayOf(scan)).toMatchObject({
      name: 'prn-1',
      serial: 'PRN4711',
      macs: ['00:80:77:d9:51:c3'],
      ips: ['10.0.0.9'],
    });
  });

  test('nothing of nothing', () => {
    expect(displayOf(withContent({ bios: { ssn: '0' }, hardware: [], networks: 'x' }))).toMatchObject({
      serial: undefined,
      macs: [],
      ips: [],
    });
  });
});

test('what is dropped is bounded: 64 entries of 64 characters, each once', () => {
  const networks = Array.from({ length: 100 }, (_, i) => ({
    description: 'eth0',
    mac: `zz${i}`.padEnd(100, 'z'),
  }));
  const { dropped } = identityOf(withContent({ networks: [...networks, ...networks] }));
  expect(dropped).toHaveLength(64);
  expect(Math.max(...dropped.map(({ value }) => value.length))).toBe(64);
});

test('agentid is kept in lower case', () => {
  expect(identityOf(inventoryOf(laptop), { agentid: 'ABCDEF00-0000-4000-8000-000000000001' }).agentid).toBe(
    'abcdef00-0000-4000-8000-000000000001',
  );
});
