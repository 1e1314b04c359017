import fc from 'fast-check';
import type { DeviceIdentity } from '../../../src/domain/identity';
import { bannableOf } from '../../../src/identity/bannable';
import { fingerprintOf } from '../../../src/identity/fingerprint';

const identity: DeviceIdentity = {
  serial: 'S1',
  uuid: '11c5d0a2-7f10-4a1b-9c3d-0a1b2c3d0001',
  macs: ['00:1b:21:00:00:01', '00:1b:21:00:00:02'],
  deviceid: 'pc-1-2026-01-05-08-00-00',
  agentid: '5e0cbb1e-31aa-4d0d-8a0a-000000000001',
  hostname: 'pc-1',
  ips: [],
  certificate: 'c'.repeat(64),
  sshKey: 'd'.repeat(64),
  manufacturer: 'Contoso',
  dropped: [],
};
const nothing: DeviceIdentity = {
  ...{ serial: undefined, uuid: undefined, macs: [], deviceid: undefined, agentid: undefined, ips: [] },
  ...{ hostname: undefined, certificate: undefined, sshKey: undefined, manufacturer: undefined, dropped: [] },
};

test('is the same for the same device, whatever the order of its cards, and what identifies nothing does not count', () => {
  const same = {
    ...identity,
    macs: identity.macs.toReversed(),
    manufacturer: 'Other',
    dropped: [{ kind: 'serial', value: 'x', why: 'filler' }] as const,
  };
  expect(fingerprintOf(same)).toBe(fingerprintOf(identity));
  expect(fingerprintOf(identity)).toMatch(/^[0-9a-f]{64}$/);
});

test.each(['serial', 'uuid', 'deviceid', 'agentid', 'hostname', 'certificate', 'sshKey'] as const)(
  'is another one when %s is another one or is not shown',
  (field) => {
    const own = fingerprintOf(identity);
    expect(fingerprintOf({ ...identity, [field]: 'other' })).not.toBe(own);
    expect(fingerprintOf({ ...identity, [field]: undefined })).not.toBe(own);
  },
);

test('a card more or less is another device', () => {
  const own = fingerprintOf(identity);
  expect(fingerprintOf({ ...identity, macs: identity.macs.slice(1) })).not.toBe(own);
  expect(fingerprintOf({ ...identity, macs: [] })).not.toBe(own);
});

test('addresses count only where a scan saw nothing else', () => {
  const at = (ip: string): DeviceIdentity => ({ ...nothing, hostname: 'printer', ips: [ip] });
  expect(fingerprintOf(at('192.0.2.1'))).not.toBe(fingerprintOf(at('192.0.2.2')));
  expect(fingerprintOf({ ...identity, ips: ['192.0.2.1'] })).toBe(fingerprintOf(identity));
});

test('no value can be taken for another one, nor run into the next', () => {
  const text = fc.option(fc.string({ maxLength: 8 }), { nil: undefined });
  const texts = fc.tuple(text, text, text, text, text);
  const of = ([serial, uuid, deviceid, agentid, hostname]: (string | undefined)[]): string =>
    fingerprintOf({ ...nothing, serial, uuid, deviceid, agentid, hostname });
  fc.assert(
    fc.property(texts, texts, (a, b) => {
      expect(of(a) === of(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});

test('what can be banned are the identifiers of the machine and its agent, never name or address', () => {
  const kinds = bannableOf({ ...identity, ips: ['192.0.2.1'] }).map(({ kind }) => kind);
  expect(kinds).toEqual(['certificate', 'sshkey', 'serial', 'uuid', 'agentid', 'deviceid', 'mac', 'mac']);
  expect(bannableOf(nothing)).toEqual([]);
});
