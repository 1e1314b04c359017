import { maxDevicesPerMessage } from '../../../src/protocol/limits';
import { contentOf, decoded, firstMessage, inventoryOf, reasonFor } from './shared-files';

const request = (content: string, query = 'INVENTORY', more = '') =>
  `<?xml version="1.0"?><REQUEST><CONTENT>${content}</CONTENT><DEVICEID>d</DEVICEID><QUERY>${query}</QUERY>${more}</REQUEST>`;
const section = (xml: string) => contentOf(request(xml));

describe('XML messages', () => {
  test('prolog', () => {
    expect(
      firstMessage('<REQUEST><DEVICEID>d</DEVICEID><QUERY>PROLOG</QUERY><TOKEN>12345678</TOKEN></REQUEST>'),
    ).toEqual({ kind: 'prolog', deviceid: 'd' });
  });

  test.each([
    ['NOTIFY', ''],
    ['SOMETHING', '<HARDWARE><NAME>x</NAME></HARDWARE>'],
    ['NETDISCOVERY', '<AGENT><START>1</START></AGENT><PROCESSNUMBER>1</PROCESSNUMBER>'],
    ['NETDISCOVERY', '<AGENT><NBIP>12</NBIP></AGENT>'],
    ['SNMPQUERY', '<AGENT><END>1</END></AGENT>'],
    ['SNMPQUERY', '<DEVICE><ERROR><ID>1</ID><MESSAGE>m</MESSAGE></ERROR></DEVICE>'],
    ['SNMPQUERY', ''],
  ])('%s %s is job control', (query, content) => {
    expect(firstMessage(request(content, query))).toMatchObject({ kind: 'job-control', deviceid: 'd' });
  });

  test('the name of an unknown query is cut', () => {
    expect(firstMessage(request('', 'Q'.repeat(50)))).toMatchObject({ query: 'Q'.repeat(40) });
  });

  test.each([
    '<HTML/>',
    '<REQUEST/>',
    '<REQUEST><DEVICEID>d</DEVICEID></REQUEST>',
    '<REPLY><CONTENT/></REPLY>',
  ])('%s is not supported', (text) => {
    expect(reasonFor(text)).toBe('message_unsupported');
  });

  test('without QUERY the content decides; ACTION wins over QUERY', () => {
    const without = (content: string) => `<REQUEST><CONTENT>${content}</CONTENT></REQUEST>`;
    expect(inventoryOf(without('<BIOS><SSN>1</SSN></BIOS>')).action).toBe('inventory');
    expect(inventoryOf(without('<DEVICE><IP>192.0.2.1</IP></DEVICE>')).action).toBe('netinventory');
    expect(
      inventoryOf(
        request('<DEVICE><IP>192.0.2.1</IP></DEVICE>', 'SNMPQUERY', '<ACTION>netdiscovery</ACTION>'),
      ).action,
    ).toBe('netdiscovery');
  });

  test('an inventory without CONTENT is left to the validation', () => {
    expect(inventoryOf('<REQUEST><QUERY>INVENTORY</QUERY></REQUEST>').content).toBeUndefined();
  });
});

describe('envelope of an XML inventory', () => {
  test('deviceid, itemtype and tag', () => {
    const tag = '<ACCOUNTINFO><KEYNAME>TAG</KEYNAME><KEYVALUE>T</KEYVALUE></ACCOUNTINFO>';
    expect(inventoryOf(request(tag))).toMatchObject({
      action: 'inventory',
      deviceid: 'd',
      itemtype: 'Computer',
      partial: undefined,
      tag: 'T',
    });
  });

  test('the ACCOUNTINFO named TAG counts, wherever it stands (I6)', () => {
    const info = (name: string, value: string) =>
      `<ACCOUNTINFO><KEYNAME>${name}</KEYNAME><KEYVALUE>${value}</KEYVALUE></ACCOUNTINFO>`;
    expect(inventoryOf(request(info('A', '1') + info('TAG', '2') + info('B', '3'))).tag).toBe('2');
    expect(inventoryOf(request(info('A', '1'))).tag).toBeUndefined();
  });

  test('versionclient from CONTENT, HARDWARE, the root, the User-Agent, in this order', () => {
    const userAgent = 'OCS-NG_unified_unix_agent_v2.10.0';
    const hardware = '<HARDWARE><VERSIONCLIENT>h</VERSIONCLIENT></HARDWARE>';
    const root = '<VERSIONCLIENT>r</VERSIONCLIENT>';
    const version = (content: string, more = ''): unknown =>
      contentOf(request(content, 'INVENTORY', more), { userAgent }).versionclient;
    expect(version(`<VERSIONCLIENT>c</VERSIONCLIENT>${hardware}`, root)).toBe('c');
    expect(version(hardware, root)).toBe('h');
    expect(version('', root)).toBe('r');
    expect(version('')).toBe(userAgent);
  });
});

describe('sections', () => {
  test('single sections of list kind are lists; text is kept untrimmed (I11)', () => {
    expect(section('<SOFTWARES><NAME> a </NAME></SOFTWARES>')).toEqual({ softwares: [{ name: ' a ' }] });
  });

  test('networks', () => {
    expect(
      section(
        '<NETWORKS><DESCRIPTION>a</DESCRIPTION><MACADDR>AA:BB</MACADDR><STATUS>Up</STATUS><TYPE>Ether</TYPE><VIRTUALDEV>0</VIRTUALDEV><MTU>1500</MTU></NETWORKS>' +
          '<NETWORKS><DESCRIPTION>lo</DESCRIPTION><MACADDR>x</MACADDR><MAC>y</MAC><TYPE>Local</TYPE></NETWORKS>' +
          '<NETWORKS><DESCRIPTION>t</DESCRIPTION><TYPE>tunnel</TYPE></NETWORKS>',
      ).networks,
    ).toEqual([
      { description: 'a', mac: 'AA:BB', status: 'up', type: 'ethernet', virtualdev: false, mtu: 1500 },
      { description: 'lo', mac: 'y', type: 'loopback' },
      { description: 't' },
    ]);
  });

  test.each<[string, string, object]>([
    [
      'boolean that is none (I2)',
      '<DRIVES><SYSTEMDRIVE>perhaps</SYSTEMDRIVE><LABEL>c</LABEL></DRIVES>',
      { drives: [{ label: 'c' }] },
    ],
    [
      'slots (I4)',
      '<SLOTS><NAME>a</NAME><STATUS>In Use</STATUS></SLOTS><SLOTS><NAME>b</NAME><STATUS>free</STATUS></SLOTS><SLOTS><NAME>c</NAME><STATUS>broken</STATUS></SLOTS>',
      { slots: [{ name: 'a', status: 'used' }, { name: 'b', status: 'free' }, { name: 'c' }] },
    ],
    [
      'memory (I5)',
      '<MEMORIES><CAPACITY>1.5 GB</CAPACITY></MEMORIES><HARDWARE><SWAP>2048 kB</SWAP></HARDWARE>',
      { memories: [{ capacity: 1536 }], hardware: { swap: 2 } },
    ],
    [
      'boot time as a date (I9)',
      '<OPERATINGSYSTEM><BOOT_TIME>2022-09-21</BOOT_TIME></OPERATINGSYSTEM>',
      { operatingsystem: { boot_time: '2022-09-21 00:00:00' } },
    ],
    [
      'no date, no field (I12)',
      '<BATTERIES><NAME>b</NAME><DATE>soon</DATE></BATTERIES>',
      { batteries: [{ name: 'b' }] },
    ],
    [
      'renamed sections',
      '<FIREWALL><STATUS>on</STATUS></FIREWALL><USER><LOGIN>u</LOGIN></USER>',
      { firewalls: [{ status: 'on' }], users: [{ login: 'u' }] },
    ],
    [
      'dropped sections',
      '<REGISTRY><NAME>x</NAME></REGISTRY><USERSLIST>x</USERSLIST><JVMS><A>1</A></JVMS>',
      {},
    ],
    [
      'install dates: the good one wins',
      '<SOFTWARES><NAME>a</NAME><INSTALL_DATE>2020-01-02</INSTALL_DATE><INSTALLDATE>03/04/2021</INSTALLDATE></SOFTWARES><SOFTWARES><NAME>b</NAME><INSTALLDATE>03/04/2021</INSTALLDATE><INSTALL_DATE>?</INSTALL_DATE></SOFTWARES>',
      {
        softwares: [
          { name: 'a', install_date: '2020-01-02' },
          { name: 'b', install_date: '2021-04-03' },
        ],
      },
    ],
    [
      'antivirus',
      '<ANTIVIRUS><NAME>a</NAME><ENGINEVERSION32>3</ENGINEVERSION32><DATFILEVERSION>1</DATFILEVERSION><DATFILECREATION>x</DATFILECREATION><ENABLED>1</ENABLED></ANTIVIRUS>',
      { antivirus: [{ name: 'a', base_version: '1', base_creation: 'x', enabled: true }] },
    ],
    [
      'controllers',
      '<CONTROLLERS><NAME>a</NAME><PCIID>8086:0d57</PCIID><VERSION>x</VERSION></CONTROLLERS>',
      { controllers: [{ name: 'a', vendorid: '8086', productid: '0d57' }] },
    ],
    [
      'virtual machines',
      '<VIRTUALMACHINES><NAME>a</NAME><VMTYPE>Hyper-V</VMTYPE><STATUS>pause</STATUS><MEMORY>2 GB</MEMORY><VCPU>2</VCPU></VIRTUALMACHINES><VIRTUALMACHINES><NAME>b</NAME><VMTYPE>Solaris zones</VMTYPE><STATUS>unknown</STATUS></VIRTUALMACHINES>',
      {
        virtualmachines: [
          { name: 'a', vmtype: 'hyperv', status: 'paused', memory: 2048, vcpu: 2 },
          { name: 'b', vmtype: 'solariszone' },
        ],
      },
    ],
    [
      'groups',
      '<LOCAL_GROUPS><ID>1</ID><NAME>a</NAME><MEMBER>x</MEMBER></LOCAL_GROUPS>',
      { local_groups: [{ id: '1', name: 'a', members: ['x'] }] },
    ],
    [
      'storages',
      '<STORAGES><NAME>a</NAME><SERIALNUMBER>s</SERIALNUMBER><INTERFACE>serial-ata</INTERFACE><DISKSIZE>12.5</DISKSIZE></STORAGES>',
      { storages: [{ name: 'a', serial: 's', interface: 'SATA' }] },
    ],
    [
      'OCS processor',
      '<CPUS><TYPE>Xeon</TYPE><CORES>2</CORES><THREADS>4</THREADS></CPUS>',
      { cpus: [{ name: 'Xeon', core: 2, thread: 4 }] },
    ],
    [
      'OCS operating system',
      '<HARDWARE><NAME>pc</NAME><OSNAME>Microsoft Windows 10</OSNAME><OSVERSION>10.0</OSVERSION><OSCOMMENTS>Service Pack 1</OSCOMMENTS></HARDWARE>',
      {
        hardware: { name: 'pc' },
        operatingsystem: {
          name: 'Microsoft Windows 10',
          full_name: 'Microsoft Windows 10',
          version: '10.0',
          service_pack: 'Service Pack 1',
        },
      },
    ],
    ['a section of text', '<BIOS>text</BIOS>', { bios: 'text' }],
  ])('%s', (_case, xml, expected) => {
    expect(section(xml)).toEqual(expected);
  });

  test('what is dropped is noted', () => {
    const { notes } = inventoryOf(request('<SOFTWARES><NAME>a</NAME><FILESIZE>big</FILESIZE></SOFTWARES>'));
    expect(notes).toEqual([{ path: '/softwares/0/filesize', note: 'dropped: value does not fit the field' }]);
  });
});

describe('devices of a scan', () => {
  const info = (more: string) => `<DEVICE><INFO><NAME>n</NAME>${more}</INFO></DEVICE>`;
  const snmp = (xml: string) => inventoryOf(request(`<MODULEVERSION>5.1</MODULEVERSION>${xml}`, 'SNMPQUERY'));

  test.each([
    ['COMPUTER', 'Computer', 'Computer'],
    ['NETWORKING', 'Networking', 'NetworkEquipment'],
    ['KVM', 'KVM', 'NetworkEquipment'],
    ['STORAGE', 'Storage', 'NetworkEquipment'],
    ['POWER', 'Power', 'NetworkEquipment'],
    ['VIDEO', 'Video', 'NetworkEquipment'],
    ['PRINTER', 'Printer', 'Printer'],
    ['PHONE', 'Phone', 'Phone'],
    ['TOASTER', 'Unmanaged', 'Unmanaged'],
  ])('type %s', (sent, type, itemtype) => {
    const message = snmp(info(`<TYPE>${sent}</TYPE>`));
    expect(message.itemtype).toBe(itemtype);
    expect(message.content).toMatchObject({ versionclient: '5.1', network_device: { name: 'n', type } });
  });

  test('an inventoried device', () => {
    const { content, itemtype } = snmp(
      `<DEVICE>
        <INFO><NAME>sw</NAME><ID>7</ID><COMMENTS>c</COMMENTS><MACADDR>m</MACADDR><TYPE>NETWORKING</TYPE><FIRMWARE>1.2</FIRMWARE><CPU>5</CPU><RAM>1 GB</RAM><IPS><IP>192.0.2.1</IP></IPS></INFO>
        <PORTS><PORT><IFNUMBER>1</IFNUMBER><IFINOCTETS>9</IFINOCTETS><TRUNK>1</TRUNK><IP>192.0.2.2</IP>
          <VLANS><VLAN><NAME>v</NAME></VLAN></VLANS><AGGREGATE><PORT>2</PORT><PORT>3</PORT></AGGREGATE>
          <CONNECTIONS><CDP>1</CDP><CONNECTION><MAC>x</MAC></CONNECTION></CONNECTIONS></PORT></PORTS>
        <COMPONENTS><COMPONENT><INDEX>1</INDEX><CONTAINEDININDEX>0</CONTAINEDININDEX><VERSION>3</VERSION><REVISION>4</REVISION></COMPONENT></COMPONENTS>
        <CONSUMABLES><NAME>paper</NAME></CONSUMABLES><PAGECOUNTERS><TOTAL>12</TOTAL></PAGECOUNTERS><NOVELTY>1</NOVELTY>
      </DEVICE>`,
    );
    expect(itemtype).toBe('NetworkEquipment');
    expect(content).toEqual({
      versionclient: '5.1',
      network_device: {
        name: 'sw',
        description: 'c',
        mac: 'm',
        type: 'Networking',
        firmware: '1.2',
        cpu: 5,
        ram: 1024,
        ips: ['192.0.2.1'],
      },
      firmwares: [{ name: '1.2', version: '1.2' }],
      network_ports: [
        {
          ifnumber: 1,
          ifinbytes: 9,
          trunk: true,
          lldp: true,
          ips: ['192.0.2.2'],
          vlans: [{ name: 'v' }],
          aggregate: [2, 3],
          connections: [{ mac: 'x' }],
        },
      ],
      network_components: [{ index: 1, contained_index: 0, firmware: '3' }],
      consumables: [{ name: 'paper' }],
      pagecounters: { total: 12 },
    });
  });

  test('unknown keys are noted and cost nothing else (I7)', () => {
    expect(snmp('<DEVICE><IP>192.0.2.1</IP><NOVELTY>1</NOVELTY></DEVICE>').notes).toContainEqual({
      path: '/novelty',
      note: 'dropped: not part of a device',
    });
  });

  test('a discovered device', () => {
    const xml =
      '<DEVICE><DNSHOSTNAME>dns</DNSHOSTNAME><NETBIOSNAME>nb</NETBIOSNAME><IP>192.0.2.1</IP><MAC>m</MAC><AUTHSNMP>3</AUTHSNMP><NETPORTVENDOR>v</NETPORTVENDOR><WORKGROUP>w</WORKGROUP><ENTITY>0</ENTITY></DEVICE>';
    const message = inventoryOf(request(xml, 'NETDISCOVERY'));
    expect(message).toMatchObject({ action: 'netdiscovery', itemtype: 'Unmanaged' });
    expect(message.content).toEqual({
      versionclient: 'missing',
      network_device: {
        name: 'nb',
        ips: ['192.0.2.1'],
        mac: 'm',
        credentials: 3,
        manufacturer: 'v',
        type: 'Unmanaged',
      },
      hardware: { workgroup: 'w' },
    });
  });

  test('one message for each device that was reached (I8)', () => {
    const { messages } = decoded(
      request(
        `${info('<SERIAL>1</SERIAL>')}<DEVICE><ERROR><MESSAGE>x</MESSAGE></ERROR></DEVICE>${info('<SERIAL>2</SERIAL>')}<HARDWARE><LASTLOGGEDUSER>u</LASTLOGGEDUSER></HARDWARE>`,
        'SNMPQUERY',
      ),
    );
    expect(messages.map((message) => message.kind === 'inventory' && message.content)).toEqual(
      ['1', '2'].map((serial) => ({
        versionclient: 'missing',
        network_device: { name: 'n', serial, type: 'Unmanaged' },
      })),
    );
  });

  test('so many devices and no more', () => {
    const devices = (count: number) => request(info('').repeat(count), 'SNMPQUERY');
    expect(decoded(devices(maxDevicesPerMessage)).messages).toHaveLength(maxDevicesPerMessage);
    expect(reasonFor(devices(maxDevicesPerMessage + 1))).toBe('payload_too_complex');
  });
});
