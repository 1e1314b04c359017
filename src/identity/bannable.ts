import type { DeviceIdentity, Identifier } from '../domain/identity';

/** The identifiers of a device that a ban can name: at most 6 and the cards. */
export function bannableOf(identity: DeviceIdentity): Identifier[] {
  const { serial, uuid, macs, deviceid, agentid, certificate, sshKey } = identity;
  const one = (kind: Identifier['kind'], value: string | undefined): Identifier[] =>
    value === undefined ? [] : [{ kind, value }];
  return [
    ...one('certificate', certificate),
    ...one('sshkey', sshKey),
    ...one('serial', serial),
    ...one('uuid', uuid),
    ...one('agentid', agentid),
    ...one('deviceid', deviceid),
    ...macs.map((value) => ({ kind: 'mac', value }) as const),
  ];
}
