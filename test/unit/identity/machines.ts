import type { DeviceIdentity, StoredIdentity } from '../../../src/domain/identity';
import type { JsonObject, ValidInventory } from '../../../src/domain/inventory';
import { identityOf } from '../../../src/identity/device-identity';
import { serialsOf } from '../../../src/identity/identity-sets';
import { isScanned, isVirtualMachine } from '../../../src/identity/device-kind';
import { match, type Match, type MatchableAsset } from '../../../src/identity/match';

/** A made-up machine, as short as a test can say it. */
export interface Machine {
  readonly serial?: string;
  readonly uuid?: string;
  readonly macs?: readonly string[];
  readonly deviceid?: string;
  readonly agentid?: string;
  readonly name?: string;
  readonly partial?: boolean;
  readonly manufacturer?: string;
  readonly vmsystem?: string;
  readonly content?: JsonObject;
}

export const laptop: Machine = {
  serial: 'LAP0001X',
  uuid: '11c5d0a2-7f10-4a1b-9c3d-0a1b2c3d4e01',
  macs: ['00:1b:21:00:00:01', '00:1b:21:00:00:02'],
  deviceid: 'anna-2026-01-05-08-00-00',
  agentid: '5e0cbb1e-31aa-4d0d-8a0a-000000000001',
  name: 'anna',
};

/** Shares nothing with `laptop`. */
export const stranger: Machine = {
  serial: 'LAP0002Y',
  uuid: '22c5d0a2-7f10-4a1b-9c3d-0a1b2c3d4e02',
  macs: ['00:1b:21:00:00:99'],
  deviceid: 'bert-2026-02-06-09-00-00',
  agentid: '5e0cbb1e-31aa-4d0d-8a0a-000000000002',
  name: 'bert',
};

export function inventoryOf(machine: Machine): ValidInventory {
  const bios: JsonObject = {};
  if (machine.serial !== undefined) bios.ssn = machine.serial;
  if (machine.manufacturer !== undefined) bios.smanufacturer = machine.manufacturer;
  const hardware: JsonObject = {};
  if (machine.uuid !== undefined) hardware.uuid = machine.uuid;
  if (machine.name !== undefined) hardware.name = machine.name;
  if (machine.vmsystem !== undefined) hardware.vmsystem = machine.vmsystem;
  const networks = (machine.macs ?? []).map((mac, i) => ({ description: `eth${i}`, mac, type: 'ethernet' }));
  return {
    action: 'inventory',
    deviceid: machine.deviceid ?? 'foo',
    itemtype: 'Computer',
    partial: machine.partial ?? false,
    tag: undefined,
    content: { bios, hardware, networks, versionclient: 'Test-Agent_v1', ...machine.content },
    notes: [],
    deviceidIsDevice: machine.deviceid !== undefined,
  };
}

export interface Scanned {
  readonly serial?: string;
  readonly mac?: string;
  readonly name?: string;
  readonly ips?: readonly string[];
  readonly type?: string;
}

export function scanOf(device: Scanned, itemtype = 'Printer'): ValidInventory {
  const { serial, mac, name, ips = [], type = 'Printer' } = device;
  const fields = Object.entries({ serial, mac, name, type }).filter((entry) => entry[1] !== undefined);
  return {
    action: 'netinventory',
    deviceid: 'scanner-2026-01-01-00-00-00',
    itemtype,
    partial: false,
    tag: undefined,
    content: { network_device: { ...(Object.fromEntries(fields) as JsonObject), ips: [...ips] } },
    notes: [],
    deviceidIsDevice: false,
  };
}

/** What the store keeps of an asset after these submissions. */
export function remembered(...identities: readonly DeviceIdentity[]): StoredIdentity {
  const all = (values: (identity: DeviceIdentity) => readonly (string | undefined)[]): string[] => [
    ...new Set(identities.flatMap(values).filter((value) => value !== undefined)),
  ];
  return {
    serials: all(serialsOf),
    uuids: all(({ uuid }) => [uuid]),
    macs: all(({ macs }) => macs),
    deviceids: all(({ deviceid }) => [deviceid]),
    agentids: all(({ agentid }) => [agentid]),
    hostnames: all(({ hostname }) => [hostname]),
    ips: all(({ ips }) => ips),
    certificates: all(({ certificate }) => [certificate]),
    sshKeys: all(({ sshKey }) => [sshKey]),
  };
}

export interface AssetTraits {
  readonly assetId?: string;
  readonly kid?: string;
  readonly itemtype?: string;
  readonly status?: 'active' | 'retired';
}

/** An asset made by these inventories, in this order. */
export function assetOf(
  inventories: ValidInventory | readonly ValidInventory[],
  traits: AssetTraits = {},
): MatchableAsset {
  const list = Array.isArray(inventories)
    ? (inventories as readonly ValidInventory[])
    : [inventories as ValidInventory];
  const identities = list.map((inventory) => identityOf(inventory));
  const identity = { ...remembered(...identities), maker: identities.at(-1)?.maker };
  return {
    assetId: 'asset-a',
    kid: 'KEY',
    itemtype: list[0]?.itemtype ?? 'Computer',
    status: 'active',
    identity,
    ...traits,
  };
}

export function matchOf(
  inventory: ValidInventory,
  assets: readonly MatchableAsset[],
  agentid?: string,
): Match<MatchableAsset> {
  const request = {
    identity: identityOf(inventory, { agentid }),
    kid: 'KEY',
    isPartial: inventory.partial,
    isScanned: isScanned(inventory),
    isVirtualMachine: isVirtualMachine(inventory),
  };
  return match(request, assets);
}

/** Result of one machine's inventory against one asset. */
export function against(
  known: Machine | readonly Machine[],
  submitted: Machine,
): Match<MatchableAsset>['result'] {
  const machines = Array.isArray(known) ? (known as readonly Machine[]) : [known as Machine];
  return matchOf(inventoryOf(submitted), [assetOf(machines.map(inventoryOf))], submitted.agentid).result;
}
