import { startWaitingLine } from '../../../src/cli/printing/waiting-line';

let written: string[];
const output = (isTerminal: boolean) => ({
  ...{ isTerminal, columns: 80 },
  write: (text: string) => void written.push(text),
});
beforeEach(() => {
  written = [];
  jest.useFakeTimers({ now: 0 });
});
afterEach(() => {
  jest.useRealTimers();
});
const erased = '\r\u001b[2K';

it('says from the first second on that a command is at work, makes room for lines, and goes in the end', () => {
  const waiting = startWaitingLine(output(true), () => Date.now());
  jest.advanceTimersByTime(999);
  waiting.clear();
  expect(written).toEqual([]);
  jest.advanceTimersByTime(1001);
  expect(written.splice(0)).toEqual([`${erased}Working … 1 s`, `${erased}Working … 2 s`]);
  waiting.clear();
  waiting.clear();
  jest.advanceTimersByTime(1000);
  waiting.stop();
  jest.advanceTimersByTime(5000);
  waiting.stop();
  expect(written).toEqual([erased, `${erased}Working … 3 s`, erased]);
});

it('says nothing where nobody looks', () => {
  const waiting = startWaitingLine(output(false), () => Date.now());
  jest.advanceTimersByTime(5000);
  waiting.clear();
  waiting.stop();
  expect(written).toEqual([]);
});
