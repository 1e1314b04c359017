import { quarantined } from '../../../src/domain/verdict';
import { laptop, stranger } from '../identity/machines';
import { keyWith } from './deciding';
import { fateOf, Trial } from './trial';
import {
  ed25519,
  installed,
  newAgent,
  otherCard,
  otherRsa,
  play,
  server,
  titled,
  type Row,
} from './trial-rows';

const { serial: _serial, uuid: _uuid, ...whitebox } = laptop;

describe('a pinned ssh host key', () => {
  const rows: Row[] = [
    {
      title: 'missing while the rest is equal: held',
      sent: [
        [laptop, { os: server }, 'created'],
        [laptop, { os: { ...server, ssh_key: '' } }, 'pin_downgraded'],
        [laptop, { os: server }, 'unchanged'],
      ],
    },
    {
      title: 'another one under the same date of installation: held',
      sent: [
        [laptop, { os: server }, 'created'],
        [laptop, { os: { ...server, ssh_key: otherRsa } }, 'pin_downgraded'],
      ],
    },
    {
      title: 'another one, agent new, same date of installation: held',
      sent: [
        [laptop, { os: server }, 'created'],
        [{ ...laptop, ...newAgent }, { os: { ...server, ssh_key: otherRsa } }, 'pin_downgraded'],
      ],
    },
    {
      title: 're-image: agent, date of installation and key new on the very same hardware: the asset',
      sent: [
        [laptop, { os: server }, 'created'],
        [{ ...laptop, ...newAgent }, { os: { ...server, ...installed(9), ssh_key: otherRsa } }, 'updated'],
        [{ ...laptop, ...newAgent }, { os: { ...server, ...installed(9), ssh_key: otherRsa } }, 'unchanged'],
      ],
    },
    {
      title: 're-image of a machine without numbers: the asset at its address, held from elsewhere',
      sent: [
        [whitebox, { os: server }, 'created'],
        [
          { ...whitebox, ...newAgent },
          { os: { ...server, ...installed(9), ssh_key: otherRsa }, from: '198.51.100.7' },
          'pin_downgraded',
        ],
        [{ ...whitebox, ...newAgent }, { os: { ...server, ...installed(9), ssh_key: otherRsa } }, 'updated'],
      ],
    },
    {
      title: 'a re-image with another card at once is a question',
      sent: [
        [laptop, { os: server }, 'created'],
        [
          { ...laptop, ...newAgent, ...otherCard },
          { os: { ...server, ...installed(9), ssh_key: otherRsa } },
          'identity_conflict',
        ],
      ],
    },
    {
      title: 'the key of another algorithm: every host has one of each, and agents show the first to answer',
      sent: [
        [laptop, { os: server }, 'created'],
        [laptop, { os: { ...server, ssh_key: ed25519 } }, 'updated'],
        [laptop, { os: server }, 'updated'],
      ],
    },
    {
      title: 'the key of another algorithm with another agent from elsewhere: held',
      sent: [
        [laptop, { os: server }, 'created'],
        [
          { ...laptop, ...newAgent },
          { os: { ...server, ssh_key: ed25519 }, from: '198.51.100.7' },
          'pin_downgraded',
        ],
      ],
    },
    {
      title: 'an agent of another brand that does not look for it, at the same place: the asset',
      sent: [
        [laptop, { os: server }, 'created'],
        [
          { ...laptop, ...newAgent },
          { os: { kernel_name: 'linux' }, brand: 'OCS-NG_unified_unix_agent_v2.10.0' },
          'updated',
        ],
        [
          { ...laptop, ...newAgent },
          { os: { kernel_name: 'linux' }, brand: 'OCS-NG_unified_unix_agent_v2.10.0', from: '192.0.2.11' },
          'unchanged',
        ],
      ],
    },
    {
      title: 'the same from elsewhere: held',
      sent: [
        [laptop, { os: server }, 'created'],
        [
          { ...laptop, ...newAgent },
          { os: {}, brand: 'OCS-NG_unified_unix_agent_v2.10.0', from: '198.51.100.7' },
          'pin_downgraded',
        ],
      ],
    },
    {
      title: 'a partial says nothing of it',
      sent: [
        [laptop, { os: server }, 'created'],
        [{ ...laptop, macs: [], partial: true, content: { cpus: [{ name: 'x' }] } }, {}, 'updated'],
        [laptop, { os: { ...server, ssh_key: otherRsa } }, 'pin_downgraded'],
      ],
    },
    {
      title: 'equal keys make nothing the same: machines of one image',
      assets: 2,
      sent: [
        [laptop, { os: server }, 'created'],
        [{ ...stranger, name: laptop.name! }, { os: server }, 'created'],
      ],
    },
  ];
  test.each(titled(rows))('%s', (_title, row) => {
    play(row);
  });
});

describe('a pinned client certificate', () => {
  const own = 'a'.repeat(64);
  const other = 'b'.repeat(64);
  const withCa = keyWith({ clientCa: '-----BEGIN CERTIFICATE-----' });
  const rows: Row[] = [
    {
      title: 'missing: held',
      sent: [
        [laptop, { certificate: own }, 'created'],
        [laptop, {}, 'pin_downgraded'],
        [laptop, { certificate: own }, 'unchanged'],
      ],
    },
    {
      title: 'another: held',
      sent: [
        [laptop, { certificate: own }, 'created'],
        [laptop, { certificate: other }, 'pin_downgraded'],
      ],
    },
    {
      title: 'missing with a partial: held, it comes with the connection',
      sent: [
        [laptop, { certificate: own }, 'created'],
        [{ ...laptop, macs: [], partial: true }, {}, 'pin_downgraded'],
      ],
    },
    {
      title: 'not missed by a key that ignores certificates',
      sent: [
        [laptop, { certificate: own }, 'created'],
        [laptop, { key: keyWith({ clientCertificate: 'ignore' }) }, 'unchanged'],
      ],
    },
    {
      title: 'renewed by the authority of the key',
      sent: [
        [laptop, { certificate: own, key: withCa }, 'created'],
        [laptop, { certificate: other, key: withCa }, 'updated'],
      ],
    },
    {
      title: 'that of another device of the same authority is no renewal',
      assets: 2,
      sent: [
        [laptop, { certificate: own, key: withCa }, 'created'],
        [stranger, { certificate: other, key: withCa }, 'created'],
        [laptop, { certificate: other, key: withCa }, 'pin_downgraded'],
      ],
    },
    {
      title: 'pinned when it is first seen',
      sent: [
        [laptop, {}, 'created'],
        [laptop, { certificate: own }, 'updated'],
        [laptop, {}, 'pin_downgraded'],
      ],
    },
    {
      title: 'with the serial it is enough: a factor of its own',
      sent: [
        [{ serial: laptop.serial!, deviceid: 'a-2026-01-01-00-00-00' }, { certificate: own }, 'created'],
        [{ serial: laptop.serial!, deviceid: 'b-2026-01-01-00-00-00' }, { certificate: own }, 'updated'],
      ],
    },
    {
      title: 'alone it makes nothing the same: a fleet may share one',
      assets: 2,
      sent: [
        [laptop, { certificate: own }, 'created'],
        [{ ...stranger, name: laptop.name! }, { certificate: own }, 'created'],
      ],
    },
  ];
  test.each(titled(rows))('%s', (_title, row) => {
    play(row);
  });
});

describe('assets of others', () => {
  test('a device pinned to one key that shows up with another is held', () => {
    play({
      title: '',
      sent: [
        [laptop, {}, 'created'],
        [laptop, { key: keyWith({ kid: 'OTHER' }) }, 'asset_of_other_key'],
      ],
    });
  });

  test('a retired asset is not brought back, whatever its pins', () => {
    const trial = new Trial();
    trial.send(laptop, { certificate: 'a'.repeat(64), os: server });
    trial.change({ status: 'retired' });
    expect(fateOf(trial.send(laptop, { certificate: 'a'.repeat(64), os: server }))).toBe('asset_retired');
    expect(fateOf(trial.send(laptop))).toBe('asset_retired');
  });
});

test('the pin is small and bounded however long a device is watched', () => {
  const trial = new Trial();
  for (let n = 0; n < 40; n++) {
    const cards = Array.from(
      { length: 32 },
      (_, i) => `00:1b:21:${n.toString(16).padStart(2, '0')}:01:${(16 + i).toString(16)}`,
    );
    trial.send(
      { ...laptop, deviceid: `anna-${n}`, agentid: laptop.agentid!, macs: cards },
      { softwares: n, isAsRuled: n > 0 },
    );
  }
  const { pin } = trial.asset();
  expect([pin.bodies?.length, pin.installs?.length]).toEqual([8, 4]);
  expect(JSON.stringify(pin).length).toBeLessThan(5000);
  const usual = new Trial();
  for (let n = 0; n < 12; n++) usual.send(laptop, { softwares: n + 10, os: server });
  expect(JSON.stringify(usual.asset().pin).length).toBeLessThan(1100);
});

test('what is held names what was pinned beside what was shown', () => {
  const trial = new Trial();
  trial.send(laptop, { os: server });
  const { verdict } = quarantined('pin_downgraded');
  expect(trial.send(laptop, { os: { ...server, ssh_key: otherRsa } })).toMatchObject({
    verdict,
    conflictsWith: trial.asset().assetId,
    evidence: {
      why: 'another ssh host key',
      pinned: { sshKeys: [expect.stringMatching(/^ssh-rsa:[0-9a-f]{64}$/)] },
      shown: { sshKey: expect.stringMatching(/^ssh-rsa:[0-9a-f]{64}$/) as unknown },
      match: { rule: 'serial, uuid and card agree', contradicted: ['sshkey'] },
    },
  });
});
