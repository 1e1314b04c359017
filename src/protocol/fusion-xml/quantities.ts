import type { Cast } from './field-rules';

/** Number and unit. At most 15 digits: more would be no quantity of any machine. */
const quantity = /^(\d{1,15})(\.\d{1,9})?\s*([a-z]{0,3})$/i;

const mebibytesByUnit: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1 / 1024 ** 2],
  ['kb', 1 / 1024],
  ['kib', 1 / 1024],
  ['mb', 1],
  ['mib', 1],
  ['gb', 1024],
  ['gib', 1024],
  ['tb', 1024 ** 2],
  ['tib', 1024 ** 2],
]);

/** Memory in whole MB; a number without unit is MB already. */
export const mebibytes: Cast = (value) => scale(value, mebibytesByUnit);

const milliwattHoursByUnit: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['mwh', 1],
  ['wh', 1000],
]);

/** Battery capacity in mWh. Zero is what agents send for unknown. */
export const milliwattHours: Cast = (value) => {
  const amount = scale(value, milliwattHoursByUnit);
  return amount === 0 ? undefined : amount;
};

const millivoltsByUnit: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['mv', 1],
  ['v', 1000],
]);

export const millivolts: Cast = (value) => scale(value, millivoltsByUnit);

function scale(value: unknown, units: ReadonlyMap<string, number>): number | undefined {
  if (typeof value !== 'string') return undefined;
  const [, whole = '', fraction = '', unit = ''] = quantity.exec(value.trim()) ?? [];
  const factor = units.get(unit.toLowerCase());
  return whole === '' || factor === undefined ? undefined : Math.round(Number(whole + fraction) * factor);
}
