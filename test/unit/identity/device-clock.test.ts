import { clockOf, isClearlyEarlier } from '../../../src/identity/device-clock';

const now = new Date('2026-06-01T12:00:00Z');
const installed = (date: string): string | undefined =>
  clockOf({ operatingsystem: { install_date: date } }, now).installDate;

test('a date of installation without its time, as XML agents send it, is no earlier than the same with it', () => {
  const [inJson, inXml] = [installed('2025-06-29 21:30:32'), installed('2025-06-29')];
  expect(isClearlyEarlier(inXml, inJson)).toBe(false);
  expect(isClearlyEarlier(inJson, inXml)).toBe(false);
});

test('two dates are days apart only when they are', () => {
  expect(isClearlyEarlier(installed('2025-06-27'), installed('2025-06-29 21:30:32'))).toBe(true);
  expect(isClearlyEarlier(installed('2025-06-27'), installed('2025-06-29'))).toBe(true);
  expect(isClearlyEarlier(installed('2025-06-29'), installed('2025-06-27'))).toBe(false);
});

test('with their times, two hours count', () => {
  expect(isClearlyEarlier(installed('2025-06-29 08:00:00'), installed('2025-06-29 10:00:00'))).toBe(false);
  expect(isClearlyEarlier(installed('2025-06-29 08:00:00'), installed('2025-06-29 10:00:01'))).toBe(true);
});
