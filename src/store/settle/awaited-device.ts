import type { DeviceIdentity } from '../../domain/identity';

/**
 * What tells the machines of one agent apart, in `full_awaited.device`: agents are copied with the images that they are
 * in. Empty when the inventory tells no number.
 */
export function awaitedDevice({ serial, uuid }: Pick<DeviceIdentity, 'serial' | 'uuid'>): string {
  if (serial !== undefined) return `serial:${serial}`;
  return uuid === undefined ? '' : `uuid:${uuid}`;
}

/**
 * A full inventory ends the wait of the machine that sent it, and that of all machines where none is told. What another
 * machine was awaited for ends with time: it may be this one, repaired.
 */
export const otherMachinesWaitDays = 7;
