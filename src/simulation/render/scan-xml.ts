import { element, group } from './xml';

/** A printer, switch, phone or anything else that a scanning agent reports. */
export interface ScannedDevice {
  /** Undefined: the scan could not tell. */
  readonly type?: 'PRINTER' | 'NETWORKING' | 'PHONE' | 'STORAGE' | 'COMPUTER' | undefined;
  readonly manufacturer: string;
  readonly model: string;
  readonly serial?: string | undefined;
  readonly mac?: string | undefined;
  readonly ip: string;
  readonly name?: string | undefined;
  /** MACs of a switch's ports. */
  readonly ports?: readonly string[];
  /** Serials of the switches that make up a stack. */
  readonly members?: readonly string[];
}

/** What a netdiscovery run says of one device. */
export function discoveryXml(scanner: string, device: ScannedDevice): string {
  return request(scanner, 'NETDISCOVERY', [
    group('DEVICE', [
      element('DNSHOSTNAME', device.name),
      element('IP', device.ip),
      element('MAC', device.mac),
      element('MANUFACTURER', device.manufacturer),
      element('MODEL', device.model),
      element('SERIAL', device.serial),
      element('SNMPHOSTNAME', device.name),
      element('TYPE', device.type),
    ]),
    element('MODULEVERSION', '6.4'),
    element('PROCESSNUMBER', '1'),
  ]);
}

/** What a netinventory (SNMP) run says of one device. */
export function snmpXml(scanner: string, device: ScannedDevice): string {
  return request(scanner, 'SNMPQUERY', [
    group('DEVICE', [
      group('INFO', [
        element('ID', '1'),
        group('IPS', [element('IP', device.ip)]),
        element('MAC', device.mac),
        element('MANUFACTURER', device.manufacturer),
        element('MODEL', device.model),
        element('NAME', device.name),
        element('SERIAL', device.serial),
        element('TYPE', device.type),
      ]),
      ...membersOf(device),
      ...(device.ports === undefined
        ? []
        : [
            group(
              'PORTS',
              device.ports.map((mac, i) =>
                group('PORT', [
                  element('IFNUMBER', String(i + 1)),
                  element('IFNAME', `Gi1/0/${i + 1}`),
                  element('IFTYPE', '6'),
                  element('MAC', mac),
                ]),
              ),
            ),
          ]),
    ]),
    element('MODULEVERSION', '6.4'),
    element('PROCESSNUMBER', '2'),
  ]);
}

/** As ENTITY-MIB tells a stack: one entity that holds the chassis of all members. */
function membersOf({ members, model }: ScannedDevice): string[] {
  if (members === undefined) return [];
  const component = (index: number, type: string, within: number, serial?: string): string =>
    group('COMPONENT', [
      element('CONTAINEDININDEX', String(within)),
      element('INDEX', String(index)),
      element('MODEL', model),
      element('NAME', `${type} ${index}`),
      element('SERIAL', serial),
      element('TYPE', type),
    ]);
  return [
    group('COMPONENTS', [
      component(1, 'stack', 0),
      ...members.map((serial, i) => component(1001 + 1000 * i, 'chassis', 1, serial)),
    ]),
  ];
}

function request(scanner: string, query: string, content: readonly string[]): string {
  return (
    `<?xml version="1.0" encoding="UTF-8"?>` +
    group('REQUEST', [group('CONTENT', content), element('DEVICEID', scanner), element('QUERY', query)])
  );
}
