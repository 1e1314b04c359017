/** Sections in the order in which GLPI shows them. Whatever else an inventory holds comes after them. */
export const hardwareSections: readonly string[] = [
  ...[
    'operatingsystem',
    'hardware',
    'bios',
    'cpus',
    'memories',
    'storages',
    'drives',
    'networks',
    'network_device',
  ],
  ...['network_ports', 'videos', 'monitors', 'printers', 'batteries', 'virtualmachines', 'cartridges'],
  ...['pagecounters', 'antivirus', 'firewalls', 'users', 'usbdevices', 'inputs', 'sounds', 'controllers'],
  ...['local_users', 'local_groups', 'versionprovider'],
];

/** Fields that a person looks for first; the rest of a row follows. */
export const firstFields: Readonly<Record<string, readonly string[]>> = {
  operatingsystem: ['full_name', 'name', 'version', 'kernel_name', 'kernel_version', 'arch'],
  hardware: ['name', 'chassis_type', 'memory', 'swap', 'uuid', 'workgroup'],
  bios: ['smanufacturer', 'smodel', 'ssn', 'bmanufacturer', 'bversion', 'bdate'],
  antivirus: ['name', 'company', 'version', 'enabled', 'uptodate'],
  versionprovider: ['name', 'version'],
  cpus: ['name', 'manufacturer', 'core', 'thread', 'speed'],
  memories: ['caption', 'capacity', 'type', 'speed', 'manufacturer', 'serialnumber'],
  storages: ['name', 'model', 'manufacturer', 'disksize', 'serial', 'interface', 'type'],
  drives: ['volumn', 'type', 'label', 'filesystem', 'total', 'free'],
  networks: ['description', 'mac', 'ipaddress', 'ipaddress6', 'status', 'speed', 'type'],
  network_ports: ['ifnumber', 'ifname', 'ifdescr', 'mac', 'ifstatus', 'ifspeed'],
  videos: ['name', 'chipset', 'memory', 'resolution'],
  monitors: ['caption', 'manufacturer', 'serial', 'description'],
  printers: ['name', 'driver', 'port'],
  virtualmachines: ['name', 'uuid', 'status', 'vmtype', 'vcpu', 'memory'],
};
