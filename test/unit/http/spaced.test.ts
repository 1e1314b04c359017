import { spaced } from '../../../src/http/admin/spaced';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('runs at once, once more for all who asked meanwhile, and never for one who asked before it was stopped', () => {
  const run = jest.fn();
  const { ask, stop } = spaced(1000, run);
  ask();
  expect(run).toHaveBeenCalledTimes(1);
  for (let n = 0; n < 50; n++) ask();
  jest.advanceTimersByTime(999);
  expect(run).toHaveBeenCalledTimes(1);
  jest.advanceTimersByTime(1);
  expect(run).toHaveBeenCalledTimes(2);
  jest.advanceTimersByTime(5000);
  expect(run).toHaveBeenCalledTimes(2);
  ask();
  ask();
  stop();
  jest.advanceTimersByTime(5000);
  expect(run).toHaveBeenCalledTimes(3);
});
