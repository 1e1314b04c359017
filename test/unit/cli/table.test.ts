import { paintFor } from '../../../src/cli/printing/paint';
import { wayLines } from '../../../src/cli/printing/way';
import { relayOrigin } from '../../support/relay';
import { sheet, table, type Screen } from '../../../src/cli/printing/table';

const plain = (columns?: number): Screen => ({ columns, paint: paintFor(false) });
const row = {
  id: '0198c0de-0000-7000-8000-000000000001',
  name: 'a rather long name of a device',
  empty: null,
};
const columns = [
  { title: 'ID', text: ({ id }: typeof row) => id, isWhole: true },
  { title: 'NAME', text: ({ name }: typeof row) => name },
  { title: 'EMPTY', text: ({ empty }: typeof row) => empty },
];

describe('a table for people', () => {
  test('fits the terminal, and cuts no id', () => {
    for (const width of [60, 70, 100]) {
      const lines = table([row], columns, plain(width)).split('\n');
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      expect(lines[1]).toContain(row.id);
    }
  });

  test('cuts nothing in a pipe', () => {
    expect(table([row], columns, plain()).split('\n')[1]).toContain(row.name);
  });

  test('shows one line a row, whatever an agent sent', () => {
    const hostile = { ...row, name: 'x\n\u001b[1A\u001b[2Ky' };
    const printed = table([hostile], columns, plain());
    expect(printed.split('\n')).toHaveLength(2);
    expect(printed).not.toContain('\u001b');
  });

  test('paints a cell as its row says, with what an agent sent in it still as text', () => {
    const state = {
      ...{ title: 'STATE', text: ({ name }: typeof row) => name },
      style: ({ name }: typeof row) => (name === 'well' ? ('green' as const) : ('red' as const)),
    };
    const rows = [
      { ...row, name: 'well' },
      { ...row, name: '\u001b[2Kx' },
    ];
    const printed = table(rows, [state], { columns: undefined, paint: paintFor(true) });
    expect(printed).toContain('\u001b[32mwell\u001b[39m');
    expect(printed).toContain('\u001b[31m\\u{1b}[2Kx\u001b[39m');
  });

  test('uses colours only where it may', () => {
    expect(table([row], columns, plain(80))).not.toContain('\u001b');
    expect(table([row], columns, { columns: 80, paint: paintFor(true) })).toContain('\u001b[1m');
  });

  test('measures wide letters', () => {
    const wide = { ...row, name: '日本語日本語' };
    const [, first, second] = table([wide, row], columns, plain()).split('\n');
    expect(first).toContain('日本語日本語');
    expect(second).toContain(row.name);
  });
});

describe('a sheet of one thing', () => {
  test('puts each of several values on a line', () => {
    expect(
      sheet(
        [
          ['name', 'a'],
          ['cards', ['x', 'y']],
          ['none', null],
        ],
        plain(),
      ),
    ).toBe('name   a\ncards  x\n       y\nnone   –');
  });
});

describe('the way of a submission', () => {
  const { origin } = relayOrigin;
  const hop = {
    registrationId: 'r-1',
    name: 'Paris site',
    address: '192.0.2.7',
    receivedAt: origin.receivedAt ?? '',
  };

  test('names the agent as its relay saw it, then each relay', () => {
    expect(wayLines({ proxyIds: ['p-1'], relayed: { origin, relays: [hop] } })).toEqual([
      'agent at 10.20.30.40, received 2026-11-28T08:00:00.000Z, key Ab3dEf6hIj9L, submission 0198c0de-0000-7000-8000-0000000000aa there',
      'relay Paris site at 192.0.2.7, handed on 2026-11-28T08:00:00.000Z, registration r-1',
      'proxies by its own word: p-1',
    ]);
  });

  test('says so when nothing is known, or nobody stood between', () => {
    const unknown = { kid: null, address: null, receivedAt: null, submissionId: null };
    expect(wayLines({ proxyIds: [], relayed: { origin: unknown, relays: [] } })).toEqual([
      'agent at an unknown address',
    ]);
    expect(wayLines(null)).toEqual(['straight from the agent']);
  });
});
