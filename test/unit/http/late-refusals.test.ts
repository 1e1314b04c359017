import { createLateRefusals } from '../../../src/http/late-refusals';

const limits = { maxPromptRefusalsPerSecond: 2, lateRefusalMs: 1000, maxLateRefusals: 2 };
let now = 0;
beforeEach(() => {
  now = 5000;
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

/** How many of the promises are fulfilled by now. */
async function settledOf(due: readonly Promise<void>[]): Promise<number> {
  let settled = 0;
  for (const one of due) void one.then(() => settled++);
  await Promise.resolve();
  await Promise.resolve();
  return settled;
}

it('answers as many a second at once as it may, and the next one after the delay', async () => {
  const late = createLateRefusals(limits, () => now);
  const due = [late.whenDue(), late.whenDue(), late.whenDue()];
  expect(await settledOf(due)).toBe(2);
  expect(late.waiting).toBe(1);
  jest.advanceTimersByTime(999);
  expect(await settledOf(due)).toBe(2);
  jest.advanceTimersByTime(1);
  expect(await settledOf(due)).toBe(3);
  expect(late.waiting).toBe(0);
});

it('answers at once again in the next second, and not a moment sooner', async () => {
  const late = createLateRefusals(limits, () => now);
  await Promise.all([late.whenDue(), late.whenDue()]);
  now += 999;
  expect(await settledOf([late.whenDue()])).toBe(0);
  now += 1;
  expect(await settledOf([late.whenDue()])).toBe(1);
});

it('lets no more wait than it may: one more is answered at once', async () => {
  const late = createLateRefusals({ ...limits, maxPromptRefusalsPerSecond: 0 }, () => now);
  const due = [late.whenDue(), late.whenDue(), late.whenDue()];
  expect(await settledOf(due)).toBe(1);
  expect(late.waiting).toBe(2);
});
