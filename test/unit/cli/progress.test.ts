import { createProgress } from '../../../src/cli/printing/progress';

let now = 0;
let written: string[] = [];
beforeEach(() => {
  now = 0;
  written = [];
});
const output = (isTerminal: boolean, columns = 80) => ({
  ...{ isTerminal, columns },
  write: (text: string) => written.push(text),
});

it('draws a bar over itself on a terminal, no more than ten times a second, and ends its line', () => {
  const progress = createProgress(output(true), 300, 'messages', () => now);
  for (let count = 1; count <= 300; count++) {
    now += 10;
    progress(count);
  }
  expect(written.length).toBeLessThanOrEqual(22);
  expect(written.every((text) => text.startsWith('\r\u001b[2K['))).toBe(true);
  expect(written[0]).toContain('100 of 300 messages (33 %), 2 s left');
  expect(written.at(-1)).toBe(`\r\u001b[2K[${'#'.repeat(30)}] 300 of 300 messages (100 %)\n`);
});

it('is never wider than the terminal', () => {
  const progress = createProgress(output(true, 20), 10, 'messages', () => now);
  now = 1000;
  progress(5);
  expect(written[0]?.replace('\r\u001b[2K', '')).toHaveLength(19);
});

it('writes a line each two seconds where there is no terminal, and the last one', () => {
  const progress = createProgress(output(false), 50, 'rows', () => now);
  for (let count = 1; count <= 50; count++) {
    now += 100;
    progress(count);
  }
  expect(written).toEqual(['20 of 50 rows (40 %)\n', '40 of 50 rows (80 %)\n', '50 of 50 rows (100 %)\n']);
});

it.each([true, false])('says nothing of work that is over within a second (terminal: %s)', (isTerminal) => {
  const progress = createProgress(output(isTerminal), 50, 'rows', () => now);
  for (let count = 1; count <= 50; count++) {
    now += 19;
    progress(count);
  }
  progress.end();
  expect(written).toEqual([]);
});

it('counts where nobody knows the total, and makes room in the end', () => {
  const progress = createProgress(output(true), undefined, 'entries', () => now);
  now = 1000;
  progress(1000);
  progress.end();
  progress.end();
  expect(written).toEqual(['\r\u001b[2K1000 entries', '\r\u001b[2K']);
});
