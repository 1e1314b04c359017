import { laptop } from '../identity/machines';
import { fateOf, timeAt, Trial, type Sent } from './trial';
import { installed, newAgent, play, titled, type Row } from './trial-rows';

describe('recordings', () => {
  const now = (softwares: number, more: Sent = {}): Sent => ({ softwares, ...more });
  const elsewhere = { from: '198.51.100.7' };
  const rows: Row[] = [
    {
      title: 'the newest inventory again changes nothing, from anywhere',
      sent: [
        [laptop, { ranAt: timeAt(0) }, 'created'],
        [laptop, { ranAt: timeAt(0) }, 'unchanged'],
        [laptop, { ranAt: timeAt(0), ...elsewhere }, 'unchanged'],
      ],
    },
    {
      title: 'an older one from the asset’s address is taken and changes nothing',
      sent: [
        [laptop, now(3, { ranAt: timeAt(0) }), 'created'],
        [laptop, now(4, { ranAt: timeAt(24) }), 'updated'],
        [laptop, now(3, { ranAt: timeAt(0) }), 'unchanged'],
        [laptop, now(4, { ranAt: timeAt(24) }), 'unchanged'],
      ],
    },
    {
      title: 'an older one from another address is held',
      sent: [
        [laptop, now(3, { ranAt: null }), 'created'],
        [laptop, now(4, { ranAt: null }), 'updated'],
        [laptop, now(3, { ranAt: null, ...elsewhere }), 'replay_suspected'],
        [laptop, now(4, { ranAt: null }), 'unchanged'],
      ],
    },
    {
      title: 'replaying the newest from elsewhere does not make that the asset’s address',
      sent: [
        [laptop, now(3, { ranAt: null }), 'created'],
        [laptop, now(4, { ranAt: null }), 'updated'],
        [laptop, now(4, { ranAt: null, ...elsewhere }), 'unchanged'],
        [laptop, now(3, { ranAt: null, ...elsewhere }), 'replay_suspected'],
      ],
    },
    {
      title: 'an inventory made before the stored one, changed here and there, is held; a partial too',
      sent: [
        [laptop, now(30, { hour: 100 }), 'created'],
        [laptop, now(28, { hour: 101, ranAt: timeAt(50) }), 'replay_suspected'],
        [{ ...laptop, macs: [], partial: true }, { hour: 102, ranAt: timeAt(50) }, 'replay_suspected'],
        [{ ...laptop, macs: [], partial: true }, now(31, { hour: 103 }), 'updated'],
        [{ ...laptop, macs: [], partial: true }, now(32, { hour: 104, ranAt: timeAt(102) }), 'updated'],
      ],
    },
    {
      title: 'a copy from before is a recording, not a clone: it does not stop the asset',
      sent: [
        [laptop, { hour: 0, os: { ...installed(0), boot_time: timeAt(-30) } }, 'created'],
        [laptop, { hour: 24, os: { ...installed(0), boot_time: timeAt(20) } }, 'unchanged'],
        [
          laptop,
          { hour: 24.1, ranAt: timeAt(-3), os: { ...installed(0), boot_time: timeAt(-40) } },
          'replay_suspected',
        ],
        [laptop, { hour: 48, os: { ...installed(0), boot_time: timeAt(20) } }, 'unchanged'],
      ],
    },
  ];
  test.each(titled(rows))('%s', (_title, row) => {
    play(row);
  });

  test('eight inventories are remembered; the ninth before is recognised by its date alone', () => {
    const trial = new Trial();
    for (let n = 0; n < 9; n++) trial.send(laptop, now(n + 1, { ranAt: null }));
    expect(trial.asset().pin.bodies).toHaveLength(8);
    expect(fateOf(trial.send(laptop, now(2, { ranAt: null, ...elsewhere })))).toBe('replay_suspected');
    expect(fateOf(trial.send(laptop, now(1, { ranAt: null, ...elsewhere })))).toBe('updated');
  });

  test('after one the content is what it was, and the next partial goes on from it', () => {
    const trial = new Trial();
    trial.send(laptop, now(3, { ranAt: null }));
    trial.send(laptop, now(4, { ranAt: null }));
    trial.send(laptop, now(3, { ranAt: null }));
    const { assetId } = trial.asset();
    expect(trial.content(assetId)?.softwares).toHaveLength(4);
    expect(fateOf(trial.send({ ...laptop, macs: [], partial: true }, now(5, { ranAt: null })))).toBe(
      'updated',
    );
    expect(trial.content(assetId)?.softwares).toHaveLength(5);
  });
});

describe('inventories that lost what the asset had', () => {
  const rows: Row[] = [
    {
      title: 'a fifth of the software is left: taken; one entry less: held',
      sent: [
        [laptop, { softwares: 50 }, 'created'],
        [laptop, { softwares: 9 }, 'inventory_shrunk'],
        [laptop, { softwares: 10 }, 'updated'],
      ],
    },
    {
      title: 'fewer than 50 entries say nothing',
      sent: [
        [laptop, { softwares: 49 }, 'created'],
        [laptop, { softwares: 1 }, 'updated'],
      ],
    },
    {
      title: 'the whole section gone',
      sent: [
        [laptop, { softwares: 10 }, 'created'],
        [laptop, {}, 'inventory_shrunk'],
      ],
    },
    {
      title: 'not: nine entries gone',
      sent: [
        [laptop, { softwares: 9 }, 'created'],
        [laptop, {}, 'updated'],
      ],
    },
    {
      title: 'not: an agent that never sent software',
      sent: [
        [laptop, {}, 'created'],
        [laptop, {}, 'unchanged'],
      ],
    },
    {
      title: 'not: a partial without software',
      sent: [
        [laptop, { softwares: 300 }, 'created'],
        [{ ...laptop, macs: [], partial: true, content: { cpus: [{ name: 'x' }] } }, {}, 'updated'],
      ],
    },
    {
      title: 'not: another agent at the same place, set to leave software out; from elsewhere it is held',
      sent: [
        [laptop, { softwares: 300 }, 'created'],
        [{ ...laptop, ...newAgent }, { from: '198.51.100.7' }, 'inventory_shrunk'],
        [{ ...laptop, ...newAgent }, {}, 'updated'],
      ],
    },
    {
      title: 'not: a system installed anew',
      sent: [
        [laptop, { softwares: 300, os: installed(0) }, 'created'],
        [laptop, { softwares: 30, os: installed(5) }, 'updated'],
      ],
    },
    {
      title: 'not: the other system of the machine',
      sent: [
        [laptop, { softwares: 3000, os: { kernel_name: 'linux', ...installed(0) } }, 'created'],
        [
          { ...laptop, ...newAgent },
          { softwares: 80, os: { kernel_name: 'MSWin32', ...installed(-9) } },
          'updated',
        ],
      ],
    },
    {
      title: 'serial and uuid gone',
      sent: [
        [laptop, {}, 'created'],
        [
          { macs: laptop.macs!, deviceid: laptop.deviceid!, agentid: laptop.agentid!, name: 'anna' },
          {},
          'inventory_shrunk',
        ],
        [laptop, {}, 'unchanged'],
      ],
    },
  ];
  test.each(titled(rows))('%s', (_title, row) => {
    play(row);
  });
});
