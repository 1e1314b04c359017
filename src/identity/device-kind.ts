import type { ValidInventory } from '../domain/inventory';
import { cleanText } from './clean-text';
import { sectionOf } from './content-sections';

/** Reported by somebody else's eyes: SNMP, discovery, an injected description of a network device. */
export function isScanned(inventory: ValidInventory): boolean {
  return inventory.action !== 'inventory' || Object.hasOwn(inventory.content, 'network_device');
}

/**
 * A hypervisor asked over its API. No agent runs on ESX itself: the deviceid is new at each run and the agentid is
 * that of the asking agent, so neither says anything of the device.
 */
export function isEsx(inventory: ValidInventory): boolean {
  const { name, full_name: fullName } = sectionOf(inventory.content, 'operatingsystem');
  return [name, fullName].some((text) => /^vmware esx/i.test(cleanText(text) ?? ''));
}

const virtualMakers =
  /qemu|kvm|vmware|innotek|virtualbox|xen|parallels|bochs|bhyve|openstack|nutanix|red hat|google/i;

/** A virtual machine: its mainboard is not replaced, and it is easily copied. */
export function isVirtualMachine(inventory: ValidInventory): boolean {
  const system = cleanText(sectionOf(inventory.content, 'hardware').vmsystem)?.toLowerCase() ?? 'physical';
  const { smanufacturer, smodel } = sectionOf(inventory.content, 'bios');
  const maker = `${cleanText(smanufacturer) ?? ''} ${cleanText(smodel) ?? ''}`;
  return system !== 'physical' || virtualMakers.test(maker) || /microsoft.*virtual/i.test(maker);
}
