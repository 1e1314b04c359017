import type { Machine } from '../machine';
import type { RenderOptions } from './computer-json';
import { element, group } from './xml';

/**
 * FusionInventory's or OCS's inventory. The brands differ as the real ones do: FusionInventory sends upper-case uuids of
 * dmidecode as they are and the full name, OCS the short name in upper case and MACs in upper case.
 */
export function computerXml(machine: Machine, options: RenderOptions): string {
  const isOcs = machine.agent.brand === 'ocs';
  const { os, uuid, domain } = machine;
  const name = isOcs ? machine.name.toUpperCase() : machine.name;
  const content = [
    ...(options.tag === undefined
      ? []
      : [group('ACCOUNTINFO', [element('KEYNAME', 'TAG'), element('KEYVALUE', options.tag)])]),
    group('ACCESSLOG', [element('LOGDATE', options.at)]),
    ...biosOf(machine),
    group('DRIVES', [
      element('TYPE', '/'),
      element('TOTAL', '486903'),
      element('FREE', String(300_000 + options.noise)),
    ]),
    group('HARDWARE', [
      element('NAME', name),
      element('UUID', isOcs ? uuid?.toUpperCase() : uuid),
      element('OSNAME', os.name),
      element('MEMORY', '15872'),
      element('VMSYSTEM', machine.vmSystem ?? 'Physical'),
      element('WORKGROUP', domain),
    ]),
    ...networksOf(machine, isOcs),
    group('OPERATINGSYSTEM', [
      element('FULL_NAME', os.name),
      element('KERNEL_NAME', os.kernel),
      element('INSTALL_DATE', isOcs ? undefined : os.installed),
      element('BOOT_TIME', isOcs ? undefined : os.booted),
      element('FQDN', domain === undefined || isOcs ? undefined : `${machine.name}.${domain}`),
    ]),
    ...machine.softwares.map((product) => {
      const [title, version] = product.split('-');
      return group('SOFTWARES', [
        element('NAME', title),
        element('VERSION', version),
        element('FROM', 'deb'),
      ]);
    }),
    element('VERSIONCLIENT', isOcs ? 'OCS-NG_unified_unix_agent_v2.10.0' : 'FusionInventory-Agent_v2.6-3'),
  ];
  return (
    `<?xml version="1.0" encoding="UTF-8"?>` +
    group('REQUEST', [
      group('CONTENT', content),
      element('DEVICEID', machine.agent.deviceid),
      element('QUERY', 'INVENTORY'),
    ])
  );
}

function biosOf(machine: Machine): string[] {
  const { serial, manufacturer, model, boardSerial, chassisSerial, lacksBios = false } = machine;
  if (lacksBios) return [];
  return [
    group('BIOS', [
      element('ENCLOSURESERIAL', chassisSerial),
      element('SMANUFACTURER', manufacturer),
      element('SMODEL', model),
      element('SSN', serial),
      element('MSN', boardSerial),
    ]),
  ];
}

function networksOf({ cards }: Machine, isOcs: boolean): string[] {
  return cards.map(({ name, mac, type, isVirtual = false }, i) =>
    group('NETWORKS', [
      element('DESCRIPTION', name),
      element('IPADDRESS', type === 'loopback' ? '127.0.0.1' : `192.0.2.${10 + i}`),
      element('MACADDR', isOcs ? mac.toUpperCase() : mac),
      element('STATUS', 'Up'),
      element('TYPE', type),
      ...(isOcs ? [] : [element('VIRTUALDEV', isVirtual ? '1' : '0')]),
    ]),
  );
}
