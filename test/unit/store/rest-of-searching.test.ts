import { restOf } from '../../../src/store/software/keep-searchable';

it('rests three times as long as it worked, and as when idle when nothing was to be done or the thread is busy', () => {
  const worked = { made: 50, busy: 0.5, workedMs: 100, idleMs: 2000 };
  expect(restOf(worked)).toBe(300);
  expect(restOf({ ...worked, workedMs: 1000 })).toBe(2000);
  expect(restOf({ ...worked, made: 0 })).toBe(2000);
  expect(restOf({ ...worked, busy: 0.51 })).toBe(2000);
});
