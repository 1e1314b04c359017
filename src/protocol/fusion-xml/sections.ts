import { bool, int, list, lower, oneOf } from './casts';
import { biosDate, bootTime, date, processStart } from './dates';
import { as, drop, each, fields, type FieldRules } from './field-rules';
import { mebibytes, milliwattHours, millivolts } from './quantities';

/** Sections that are lists, however often the element occurs. */
export const listSections: ReadonlySet<string> = new Set(
  (
    'cpus local_users local_groups ports sounds usbdevices batteries firewalls monitors printers storages slots ' +
    'modems licenseinfos antivirus drives users networks controllers envs inputs logical_volumes physical_volumes ' +
    'volume_groups memories processes softwares virtualmachines firmwares simcards sensors powersupplies videos ' +
    'remote_mgmt cartridges cameras network_ports network_components databases_services consumables'
  ).split(' '),
);

export const sectionRenames: ReadonlyMap<string, string> = new Map([
  ['firewall', 'firewalls'],
  ['user', 'users'],
]);

/** Sections without a place in the inventory format. */
export const droppedSections: ReadonlySet<string> = new Set(
  'registry userslist mib_applications mib_components jvms accountinfo'.split(' '),
);

const networkTypes = 'ethernet wifi infiniband aggregate alias dialup loopback bridge fibrechannel bluetooth';

/** Section → its fields that are not simply text of the same name. */
export const sectionFields: ReadonlyMap<string, FieldRules> = new Map(
  Object.entries({
    antivirus: fields({
      ...each('enabled uptodate', bool),
      expiration: date,
      datfilecreation: as('base_creation'),
    }),
    batteries: fields({
      date,
      ...each('capacity real_capacity', milliwattHours),
      voltage: millivolts,
      ...each('temperature level health status', drop),
    }),
    bios: fields({ bdate: biosDate, type: drop }),
    cameras: fields({ flashunit: bool, ...each('resolution imageformats resolutionvideo', list) }),
    controllers: fields({ ...each('description version', drop) }),
    cpus: fields({
      ...each('core speed stepping thread external_clock corecount', int),
      arch: lower,
      type: drop,
      // OCS has its own names for these.
      cores: as('core', int),
      threads: as('thread', int),
    }),
    drives: fields({ ...each('free total', int), systemdrive: bool, numfiles: drop }),
    firmwares: fields({ date }),
    hardware: fields({
      ...each('memory swap', mebibytes),
      ...each(
        'archname osname checksum etime ipaddr osversion oscomments processorn processors processort userid ' +
          'lastdate userdomain versionclient',
        drop,
      ),
    }),
    inputs: fields({ pointtype: drop }),
    licenseinfos: fields({ trial: bool, oem: drop }),
    local_groups: fields({ member: as('members', list) }),
    logical_volumes: fields({ ...each('seg_count size', int) }),
    memories: fields({ capacity: mebibytes, numslots: int, removable: bool }),
    network_components: fields({
      ...each('fru index stack_number', int),
      containedinindex: as('contained_index', int),
      version: as('firmware'),
      ...each('revision ip mac', drop),
    }),
    network_device: fields({
      ...each('memory ram', mebibytes),
      ...each('credentials cpu', int),
      comments: as('description'),
      macaddr: as('mac'),
      id: drop,
    }),
    networks: fields({
      ...each('virtualdev management', bool),
      mtu: int,
      status: lower,
      type: oneOf(networkTypes, { local: 'loopback', ether: 'ethernet' }),
      macaddr: as('mac'),
      typemib: drop,
    }),
    operatingsystem: fields({ boot_time: bootTime, install_date: date, boot_date: drop }),
    pagecounters: fields({
      ...each(
        'total black color rectoverso scanned printtotal printblack printcolor copytotal copyblack',
        int,
      ),
    }),
    physical_volumes: fields({ ...each('free pe_size pv_pe_count size', int), pv_name: drop }),
    powersupplies: fields({
      ...each('hotreplaceable plugged', bool), // A number with unit W is dropped: the format does not say whether it wants W or mW.
      power_max: milliwattHours,
    }),
    printers: fields({ ...each('network shared', bool) }),
    processes: fields({ ...each('pid virtualmemory', int), started: processStart }),
    sensors: fields({ power: drop }),
    simcards: fields({ line_number: as('phone_number') }),
    slots: fields({
      status: oneOf('used free', { 'in use': 'used', available: 'free' }),
      shared: drop,
    }),
    softwares: fields({
      filesize: int,
      no_remove: bool,
      install_date: date,
      installdate: as('install_date', date),
      ...each('filename source language is64bit releasetype', drop),
    }),
    storages: fields({
      disksize: int,
      serialnumber: as('serial'),
      interface: (value) => (value === 'serial-ata' ? 'SATA' : value),
    }),
    versionprovider: fields({ comments: list }),
    videos: fields({ memory: mebibytes, pciid: drop }),
    virtualmachines: fields({
      vcpu: int,
      memory: mebibytes,
      vmtype: (value) => (typeof value === 'string' ? vmTypeOf(value.toLowerCase()) : undefined),
      status: oneOf('running blocked idle paused shutdown crashed dying off', {
        pause: 'paused',
        stopped: 'off',
      }),
      vmid: drop,
    }),
    volume_groups: fields({ ...each('lv_count pv_count free size', int) }),
    network_ports: fields({
      ...each(
        'ifinerrors ifinbytes ifinternalstatus ifmtu ifnumber ifouterrors ifoutbytes ifspeed ifportduplex ifstatus iftype',
        int,
      ),
      ifinoctets: as('ifinbytes', int),
      ifoutoctets: as('ifoutbytes', int),
      trunk: bool,
    }),
  }),
);

function vmTypeOf(type: string): string {
  if (type === 'hyper-v') return 'hyperv';
  return /^solaris zones?$/.test(type) ? 'solariszone' : type;
}
