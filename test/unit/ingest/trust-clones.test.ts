import { laptop, stranger } from '../identity/machines';
import { timeAt, Trial } from './trial';
import { installed, newAgent, otherCard, otherRsa, play, server, titled, vm, type Row } from './trial-rows';

describe('strong identifiers agree, weak ones changed: one asset, the drift in its history', () => {
  const rows: Row[] = [
    {
      title: 'name',
      sent: [
        [laptop, {}, 'created'],
        [{ ...laptop, name: 'new' }, {}, 'updated'],
      ],
    },
    {
      title: 'card',
      sent: [
        [laptop, {}, 'created'],
        [{ ...laptop, ...otherCard }, {}, 'updated'],
      ],
    },
    {
      title: 'client address',
      sent: [
        [laptop, {}, 'created'],
        [laptop, { from: '198.51.100.7' }, 'unchanged'],
      ],
    },
    {
      title: 'agent installed anew, again and again the same',
      sent: [
        [laptop, {}, 'created'],
        [{ ...laptop, ...newAgent }, {}, 'updated'],
        [{ ...laptop, ...newAgent }, {}, 'unchanged'],
      ],
    },
  ];
  test.each(titled(rows))('%s', (_title, row) => {
    play(row);
  });

  test('the change is told', () => {
    const trial = new Trial();
    trial.send(laptop);
    expect(trial.send({ ...laptop, name: 'new' })).toMatchObject({
      changes: [{ field: 'hostname', before: ['anna'], after: ['new'] }],
    });
  });
});

describe('one agent on two machines', () => {
  const copy = { ...stranger, deviceid: laptop.deviceid!, agentid: laptop.agentid!, name: laptop.name! };
  const rows: Row[] = [
    {
      title: 'the other one seen within the hour: both held',
      contested: 'yes',
      sent: [
        [laptop, { hour: 0 }, 'created'],
        [copy, { hour: 1 }, 'identity_conflict'],
        [laptop, { hour: 2 }, 'asset_contested'],
        [copy, { hour: 3 }, 'identity_conflict'],
      ],
    },
    {
      title: 'the other one silent for long: a question, and it stays one while that one is silent',
      contested: 'when the twin shows up',
      sent: [
        [laptop, { hour: 0 }, 'created'],
        [copy, { hour: 500 }, 'identity_conflict'],
        [copy, { hour: 524 }, 'identity_conflict'],
      ],
    },
    {
      title: 'the one known so far shows up beside an open question: both held from then on',
      contested: 'yes',
      sent: [
        [laptop, { hour: 0 }, 'created'],
        [copy, { hour: 500 }, 'identity_conflict'],
        [laptop, { hour: 501 }, 'asset_contested'],
        [copy, { hour: 502 }, 'identity_conflict'],
        [laptop, { hour: 503 }, 'asset_contested'],
      ],
    },
    {
      title: 'a guessed deviceid without the agentid stops nobody',
      sent: [
        [laptop, { hour: 0 }, 'created'],
        [{ ...copy, agentid: stranger.agentid! }, { hour: 0.1 }, 'identity_conflict'],
        [laptop, { hour: 1 }, 'unchanged'],
      ],
    },
    {
      title: 'virtual machine copied with its agent',
      contested: 'yes',
      sent: [
        [vm, { hour: 0 }, 'created'],
        [{ ...vm, uuid: stranger.uuid!, macs: ['52:54:00:11:22:33'] }, { hour: 1 }, 'identity_conflict'],
        [vm, { hour: 2 }, 'asset_contested'],
      ],
    },
  ];
  test.each(titled(rows))('%s', (_title, row) => {
    play(row);
  });

  test('an hour and a second of silence is long', () => {
    for (const [seconds, expected] of [
      [3600, undefined],
      [3601, true],
    ] as const) {
      const trial = new Trial();
      trial.send(laptop, { hour: 0 });
      trial.send(copy, { hour: seconds / 3600 });
      expect(trial.asset().contested?.awaitsTwin).toBe(expected);
    }
  });
});

describe('two machines that take turns', () => {
  const other = { ...laptop, ...newAgent, ...otherCard };
  const rows: Row[] = [
    {
      title: 'a copy with its own agent and card is held at once, and the machine itself goes on',
      sent: [
        [laptop, {}, 'created'],
        [other, {}, 'identity_conflict'],
        [laptop, {}, 'unchanged'],
        [other, {}, 'identity_conflict'],
      ],
    },
    {
      title: 'an admin took it for a repair: seen when the first comes back, both held from then on',
      contested: 'yes',
      sent: [
        [laptop, {}, 'created'],
        [other, { isAsRuled: true }, 'updated'],
        [laptop, {}, 'clone_suspected'],
        [other, {}, 'asset_contested'],
        [laptop, {}, 'asset_contested'],
      ],
    },
    {
      title: 'the very same inventory as before is no mere repetition then',
      contested: 'yes',
      sent: [
        [laptop, { ranAt: null }, 'created'],
        [other, { ranAt: null, isAsRuled: true }, 'updated'],
        [laptop, { ranAt: null }, 'clone_suspected'],
      ],
    },
    {
      title: 'not: a recording from elsewhere of the install before',
      sent: [
        [laptop, { ranAt: null }, 'created'],
        [other, { ranAt: null, isAsRuled: true }, 'updated'],
        [laptop, { ranAt: null, from: '198.51.100.7' }, 'replay_suspected'],
        [other, { ranAt: null }, 'unchanged'],
      ],
    },
    {
      title: 'a partial of the install before is asked for in full',
      contested: 'yes',
      sent: [
        [laptop, {}, 'created'],
        [other, { isAsRuled: true }, 'updated'],
        [{ ...laptop, macs: [], partial: true }, {}, 'full_inventory_awaited'],
        [laptop, {}, 'clone_suspected'],
      ],
    },
    {
      title: 'virtual machines under one agent',
      contested: 'yes',
      sent: [
        [vm, {}, 'created'],
        [{ ...vm, macs: ['52:54:00:11:22:33'] }, {}, 'updated'],
        [vm, {}, 'clone_suspected'],
      ],
    },
    {
      title: 'not: two cards seen alternately under one agent',
      sent: [
        [{ ...laptop, macs: [laptop.macs![0]!] }, {}, 'created'],
        [{ ...laptop, macs: [laptop.macs![1]!] }, {}, 'updated'],
        [{ ...laptop, macs: [laptop.macs![0]!] }, {}, 'updated'],
        [{ ...laptop, macs: [laptop.macs![1]!] }, {}, 'updated'],
      ],
    },
    {
      title: 'not: a docking station that comes and goes',
      sent: [
        [{ ...laptop, macs: ['3c:18:a0:7e:55:d1'] }, {}, 'created'],
        [laptop, {}, 'updated'],
        [{ ...laptop, macs: ['3c:18:a0:7e:55:d1'] }, {}, 'updated'],
      ],
    },
    {
      title: 'not: two systems on one machine',
      sent: [
        [laptop, { os: { kernel_name: 'linux', ...installed(3), boot_time: timeAt(0) } }, 'created'],
        [
          { ...laptop, ...newAgent },
          { os: { kernel_name: 'MSWin32', ...installed(0), boot_time: timeAt(-90) } },
          'updated',
        ],
        [laptop, { os: { kernel_name: 'linux', ...installed(3), boot_time: timeAt(-50) } }, 'updated'],
        [
          { ...laptop, ...newAgent },
          { os: { kernel_name: 'MSWin32', ...installed(0), boot_time: timeAt(-80) } },
          'updated',
        ],
      ],
    },
    {
      title: 'not: two systems of one kind on one machine',
      sent: [
        [laptop, { os: { ...server, ...installed(3) } }, 'created'],
        [{ ...laptop, ...newAgent }, { os: { ...server, ...installed(0), ssh_key: otherRsa } }, 'updated'],
        [laptop, { os: { ...server, ...installed(3) } }, 'updated'],
      ],
    },
    {
      title: 'not: card replaced and agent installed anew, as an admin said',
      sent: [
        [laptop, {}, 'created'],
        [other, { isAsRuled: true }, 'updated'],
        [other, {}, 'unchanged'],
      ],
    },
  ];
  test.each(titled(rows))('%s', (_title, row) => {
    play(row);
  });
});

describe('times that go backwards', () => {
  const utc = { kernel_name: 'linux', timezone: { name: 'UTC', offset: '+0000' } };
  const times = (boot: number, days = 0, more: object = utc) => ({
    os: { ...more, ...installed(days), boot_time: timeAt(boot) },
  });
  const rows: Row[] = [
    {
      title: 'time of start: a copy of the machine with its agent',
      contested: 'yes',
      sent: [
        [laptop, { hour: 0, ...times(-2) }, 'created'],
        [laptop, { hour: 1, ...times(-20) }, 'clone_suspected'],
        [laptop, { hour: 2, ...times(-2) }, 'asset_contested'],
      ],
    },
    {
      title: 'date of installation',
      contested: 'yes',
      sent: [
        [laptop, { hour: 0, ...times(0, 9) }, 'created'],
        [laptop, { hour: 1, ...times(1, 0) }, 'clone_suspected'],
      ],
    },
    {
      title: 'by an agent whose deviceid was guessed: held, but the asset goes on',
      sent: [
        [laptop, { hour: 0, ...times(-2) }, 'created'],
        [{ ...laptop, agentid: stranger.agentid! }, { hour: 1, ...times(-20) }, 'clone_suspected'],
        [laptop, { hour: 2, ...times(-2) }, 'unchanged'],
      ],
    },
    {
      title: 'not: within the tolerance of two hours',
      sent: [
        [laptop, times(-2), 'created'],
        [laptop, times(-4), 'unchanged'],
      ],
    },
    {
      title: 'one second more than the tolerance',
      contested: 'yes',
      sent: [
        [laptop, { hour: 0, ...times(-2) }, 'created'],
        [laptop, { hour: 1, ...times(-4 - 1 / 3600) }, 'clone_suspected'],
      ],
    },
    {
      title: 'not: the same moment told in another time zone',
      sent: [
        [laptop, times(-2), 'created'],
        [laptop, times(-11, 0, { timezone: { name: 'PDT', offset: '-0900' } }), 'updated'],
      ],
    },
    {
      title: 'not: a flight between an agent that tells its zone and one that does not',
      sent: [
        [laptop, times(-2), 'created'],
        [laptop, times(-16, 0, {}), 'updated'],
      ],
    },
    {
      title: 'not: installed anew, started earlier by a clock that was wrong',
      sent: [
        [laptop, times(-2, 0), 'created'],
        [laptop, times(-30, 50), 'updated'],
      ],
    },
    {
      title: 'not: dates that say nothing (1970) and dates to come',
      sent: [
        [
          laptop,
          { os: { ...utc, install_date: '2099-01-01 00:00:00', boot_time: '2099-01-01 00:00:00' } },
          'created',
        ],
        [laptop, times(-2), 'updated'],
        [
          laptop,
          { os: { ...utc, install_date: '1970-01-01 00:00:00', boot_time: '1970-01-01 00:00:00' } },
          'updated',
        ],
      ],
    },
  ];
  test.each(titled(rows))('%s', (_title, row) => {
    play(row);
  });
});
