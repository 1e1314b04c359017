import { bool, int } from '../../../src/protocol/fusion-xml/casts';
import { biosDate, bootTime, date, processStart } from '../../../src/protocol/fusion-xml/dates';
import { mebibytes, milliwattHours, millivolts } from '../../../src/protocol/fusion-xml/quantities';

describe('int', () => {
  test.each([
    ['12', 12],
    ['12.0', 12],
    ['1e3', 1000],
    [' 12 ', 12],
    ['-1', -1],
    ['+7', 7],
    ['18446744073709551615', undefined],
    ['18446744073709549568', 18446744073709549568],
    ['12.5', undefined],
    ['12 MB', undefined],
    ['0x10', undefined],
    ['1e400', undefined],
    ['', undefined],
    ['Infinity', undefined],
    ['7'.padStart(40, '0'), 7],
    ['7'.padStart(41, '0'), undefined],
    [12, 12],
    [12.5, undefined],
    [['1', '2'], undefined],
    [{ a: '1' }, undefined],
  ])('%j → %j', (value, expected) => {
    expect(int(value as string)).toBe(expected);
  });
});

describe('bool', () => {
  test.each([
    ...['1', 'true', 'Yes', 'ON', ' yes '].map((word) => [word, true] as const),
    ...['0', 'false', 'No', 'off'].map((word) => [word, false] as const),
    ...['2', 'maybe', ''].map((word) => [word, undefined] as const),
  ])('%j → %j', (value, expected) => {
    expect(bool(value)).toBe(expected);
  });
});

describe('dates', () => {
  test.each([
    ['2021-03-15', '2021-03-15'],
    ['2021-3-5', '2021-03-05'],
    ['2021-03-15 10:20:30', '2021-03-15'],
    ['2021-03-15T10:20:30Z', '2021-03-15'],
    ['2025/04/20 00:00:00', '2025-04-20'],
    ['15/03/2021', '2021-03-15'],
    ['03/15/2021', '2021-03-15'],
    ['04/03/2021', '2021-03-04'],
    ['15/03/2021 10:20', '2021-03-15'],
    ['15.03.2021', '2021-03-15'],
    ['20210315', '2021-03-15'],
    ['Tue Mar  8 14:01:02 2011', '2011-03-08'],
    ['Tue Mar 8 14:01:02 CET 2011', '2011-03-08'],
    ['29/02/2020', '2020-02-29'],
    ['29/02/2021', undefined],
    ['31/04/2021', undefined],
    ['2021-13-01', undefined],
    ['2021-00-01', undefined],
    ['32/13/2021', undefined],
    ['20211315', undefined],
    ['2021-03-15 25:00:00', undefined],
    ['n/a', undefined],
    ['', undefined],
    ['1650000000', undefined],
    ['0000-00-00', undefined],
    ['2021-03/15', undefined],
    [`2021-03-15${' '.repeat(40)}`, undefined],
  ])('date %j → %j', (value, expected) => {
    expect(date(value)).toBe(expected);
  });

  test.each([
    ['12/31/2015', '2015-12-31'],
    ['03/04/2021', '2021-03-04'],
    ['31/12/2015', '2015-12-31'],
    ['06/02/16', '2016-06-02'],
    ['06/02/99', '1999-06-02'],
    ['2016-06-02', '2016-06-02'],
  ])('BIOS date %j → %j', (value, expected) => {
    expect(biosDate(value)).toBe(expected);
  });

  test.each([
    ['2022-09-21 10:11:12', '2022-09-21 10:11:12'],
    ['2022-21-09 10:11:12', '2022-09-21 10:11:12'],
    ['2018-28-01 11:28', '2018-01-28 11:28:00'],
    ['2022-09-21', '2022-09-21 00:00:00'],
    ['2022-30-31 10:11:12', undefined],
    ['1663755072', undefined],
  ])('boot time %j → %j', (value, expected) => {
    expect(bootTime(value)).toBe(expected);
  });

  test.each([
    ['2010-9-9 12:12', '2010-09-09 12:12:00'],
    ['2020-01-02 03:04:05', '2020-01-02 03:04:05'],
    ['2020-01-02', undefined],
    ['09:15', undefined],
    ['2011-0-29 21:12', undefined],
  ])('process start %j → %j', (value, expected) => {
    expect(processStart(value)).toBe(expected);
  });
});

describe('quantities', () => {
  test.each([
    ['4096', 4096],
    ['8 GB', 8192],
    ['8GB', 8192],
    ['1.5 GiB', 1536],
    ['2048 kB', 2],
    ['1048576 B', 1],
    ['1 TiB', 1048576],
    ['8 apples', undefined],
    ['-1', undefined],
    ['No Module Installed', undefined],
    ['1'.repeat(16), undefined],
  ])('memory %j → %j MB', (value, expected) => {
    expect(mebibytes(value)).toBe(expected);
  });

  test.each([
    ['43.7456 Wh', 43746],
    ['50000 mWh', 50000],
    ['2100', 2100],
    ['2100.0', 2100],
    ['0', undefined],
    ['Unknown', undefined],
  ])('capacity %j → %j mWh', (value, expected) => {
    expect(milliwattHours(value)).toBe(expected);
  });

  test.each([
    ['8.614 V', 8614],
    ['8V', 8000],
    ['14800 mV', 14800],
    ['14800', 14800],
    ['high', undefined],
  ])('voltage %j → %j mV', (value, expected) => {
    expect(millivolts(value)).toBe(expected);
  });
});
