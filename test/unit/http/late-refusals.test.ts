import { createLateRefusals } from '../../../src/http/late-refusals';

const limits = { maxPromptRefusalsPerSecond: 2, maxLateRefusals: 3 };
let now = 0;
beforeEach(() => {
  now = 5000;
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const open = (over = limits) => createLateRefusals(over, () => now);

function advance(ms: number): void {
  now += ms;
  jest.advanceTimersByTime(ms);
}

/** How many of the promises are fulfilled by now. */
async function settledOf(due: readonly Promise<void>[]): Promise<number> {
  let settled = 0;
  for (const one of due) void one.then(() => settled++);
  await Promise.resolve();
  await Promise.resolve();
  return settled;
}

it('answers as many at once as it may in a second, and the others one after the other, evenly', async () => {
  const late = open();
  const due = Array.from({ length: 5 }, () => late.whenDue());
  expect(await settledOf(due)).toBe(2);
  expect(late.waiting).toBe(3);
  advance(499);
  expect(await settledOf(due)).toBe(2);
  advance(1);
  expect(await settledOf(due)).toBe(3);
  advance(500);
  expect(await settledOf(due)).toBe(4);
  advance(500);
  expect(await settledOf(due)).toBe(5);
  expect(late.waiting).toBe(0);
});

it('answers no more in a minute of flood than a burst and as many a second', async () => {
  const late = open();
  let answered = 0;
  for (let ms = 0; ms < 60_000; ms += 100) {
    while (late.waiting < limits.maxLateRefusals) void late.whenDue().then(() => answered++);
    await settledOf([]);
    advance(100);
  }
  await settledOf([]);
  expect(answered).toBe(2 + 2 * 60);
});

it('answers at once again when it was quiet for a while, and never more than a burst', async () => {
  const late = open();
  await Promise.all([late.whenDue(), late.whenDue()]);
  advance(60_000);
  const due = Array.from({ length: 3 }, () => late.whenDue());
  expect(await settledOf(due)).toBe(2);
});

it('lets no more wait than it may: one more is answered at once, and takes nobody’s turn', async () => {
  const late = open();
  const due = Array.from({ length: 6 }, () => late.whenDue());
  expect(await settledOf(due)).toBe(3);
  expect(late.waiting).toBe(3);
  advance(1500);
  expect(await settledOf(due)).toBe(6);
});
