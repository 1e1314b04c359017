import { hash } from 'node:crypto';
import type { DeviceIdentity } from '../domain/identity';

/**
 * One text for everything a device shows of itself: SHA-256, 64 hex digits. Equal only when every value is equal, in
 * whatever order cards are told; a value that is not shown is a difference too. Addresses change and are left out,
 * unless a scan saw nothing else.
 */
export function fingerprintOf(identity: DeviceIdentity): string {
  const { serial, uuid, deviceid, agentid, hostname, certificate, sshKey } = identity;
  const macs = [...identity.macs].sort();
  const isNameless = serial === undefined && uuid === undefined && deviceid === undefined;
  const ips = isNameless && macs.length === 0 ? [...identity.ips].sort() : [];
  // As JSON, so that no value can run into the next one.
  const shown = [serial, uuid, macs, deviceid, agentid, hostname, certificate, sshKey, ips];
  return hash('sha256', JSON.stringify(shown.map((value) => value ?? null)), 'hex');
}
