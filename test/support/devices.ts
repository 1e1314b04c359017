import type { JsonObject } from '../../src/domain/inventory';

/** A made-up machine, as its agent would report it. What is left out is not reported. */
export interface Device {
  readonly deviceid?: string;
  readonly name?: string;
  readonly serial?: string;
  readonly uuid?: string;
  readonly macs?: readonly string[];
  readonly domain?: string;
  readonly softwares?: readonly string[];
  readonly tag?: string;
  readonly itemtype?: string;
  readonly isPartial?: boolean;
}

/** A device that shares nothing with those of other numbers. */
export function deviceNumber(
  n: number,
): Device & Required<Pick<Device, 'deviceid' | 'name' | 'serial' | 'uuid' | 'macs'>> {
  const hex = n.toString(16).padStart(4, '0');
  return {
    deviceid: `desk-${n}-2026-01-05-08-00-00`,
    name: `desk-${n}`,
    serial: `GHT${hex.toUpperCase()}X7`,
    uuid: `11c5d0a2-7f10-4a1b-9c3d-0a1b2c3d${hex}`,
    macs: [`00:1b:21:7e:${hex.slice(0, 2)}:${hex.slice(2)}`],
    softwares: ['editor', `tool-${n}`],
  };
}

export function contentOf(device: Device): JsonObject {
  const { name, serial, uuid, domain, macs, softwares } = device;
  return {
    versionclient: 'GLPI-Agent_v1.11',
    bios: { smanufacturer: 'Contoso', ...(serial === undefined ? {} : { ssn: serial }) },
    hardware: {
      ...(name === undefined ? {} : { name }),
      ...(uuid === undefined ? {} : { uuid }),
      ...(domain === undefined ? {} : { workgroup: domain }),
    },
    ...(macs === undefined
      ? {}
      : {
          networks: macs.map((mac, i) => ({ description: `eth${i}`, mac, status: 'up', type: 'ethernet' })),
        }),
    ...(softwares === undefined ? {} : { softwares: softwares.map((software) => ({ name: software })) }),
  };
}

/** The message of a GLPI Agent. `content` is laid over that of the device. */
export function jsonInventory(device: Device, content: JsonObject = {}): string {
  const { deviceid, tag, itemtype = 'Computer', isPartial } = device;
  return JSON.stringify({
    action: 'inventory',
    ...(deviceid === undefined ? {} : { deviceid }),
    itemtype,
    ...(tag === undefined ? {} : { tag }),
    ...(isPartial === true ? { partial: true } : {}),
    content: { ...contentOf(device), ...content },
  });
}

/** The message of a FusionInventory Agent. `inContent` is XML put into CONTENT, `head` what stands before the root. */
export function xmlInventory(device: Device, inContent = '', head = ''): string {
  const element = (name: string, text: string | undefined): string =>
    text === undefined ? '' : `<${name}>${text}</${name}>`;
  const networks = (device.macs ?? []).map(
    (mac, i) =>
      `<NETWORKS><DESCRIPTION>eth${i}</DESCRIPTION><MACADDR>${mac}</MACADDR><STATUS>up</STATUS><TYPE>ethernet</TYPE></NETWORKS>`,
  );
  const softwares = (device.softwares ?? []).map((name) => `<SOFTWARES>${element('NAME', name)}</SOFTWARES>`);
  const tag =
    device.tag === undefined
      ? ''
      : `<ACCOUNTINFO><KEYNAME>TAG</KEYNAME><KEYVALUE>${device.tag}</KEYVALUE></ACCOUNTINFO>`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>${head}<REQUEST><CONTENT>${tag}` +
    `<BIOS><SMANUFACTURER>Contoso</SMANUFACTURER>${element('SSN', device.serial)}</BIOS>` +
    `<HARDWARE>${element('NAME', device.name)}${element('UUID', device.uuid)}${element('WORKGROUP', device.domain)}</HARDWARE>` +
    `${networks.join('')}${softwares.join('')}<VERSIONCLIENT>FusionInventory-Agent_v2.6</VERSIONCLIENT>${inContent}` +
    `</CONTENT>${element('DEVICEID', device.deviceid)}<QUERY>INVENTORY</QUERY></REQUEST>`
  );
}
