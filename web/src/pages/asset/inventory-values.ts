import { exactDay, exactTime } from '../../parts/time-text';

type Amount = (amount: number, language: string) => string;

const number = (amount: number, language: string): string =>
  amount.toLocaleString(language, { maximumFractionDigits: 1 });

/** In the letters of the language: MB, Mo. */
const inUnit =
  (unit: string, per = 1): Amount =>
  (amount, language) =>
    new Intl.NumberFormat(language, { style: 'unit', unit, maximumFractionDigits: 1 }).format(amount / per);

const inLetters =
  (letters: string): Amount =>
  (amount, language) =>
    `${number(amount, language)} ${letters}`;

const megabytes: Amount = (amount, language) => {
  if (amount >= 1024 ** 2) return inUnit('terabyte', 1024 ** 2)(amount, language);
  return amount >= 1024 ? inUnit('gigabyte', 1024)(amount, language) : inUnit('megabyte')(amount, language);
};

const megahertz: Amount = (amount, language) =>
  amount >= 1000 ? inLetters('GHz')(amount / 1000, language) : inLetters('MHz')(amount, language);

/** Units of the inventory format (schemas/inventory-machine.json, inventory-network.json). */
const amounts: Readonly<Record<string, Amount>> = {
  'memories.capacity': megabytes,
  'memories.speed': inLetters('MHz'),
  'hardware.memory': megabytes,
  'hardware.swap': megabytes,
  'hardware.etime': inUnit('second'),
  'versionprovider.etime': inUnit('second'),
  'storages.disksize': megabytes,
  'drives.total': megabytes,
  'drives.free': megabytes,
  'physical_volumes.size': megabytes,
  'physical_volumes.free': megabytes,
  'volume_groups.size': megabytes,
  'volume_groups.free': megabytes,
  'logical_volumes.size': megabytes,
  'videos.memory': megabytes,
  'virtualmachines.memory': megabytes,
  'databases_services.size': megabytes,
  'network_device.memory': megabytes,
  'network_device.ram': megabytes,
  'network_device.cpu': inUnit('percent'),
  'cpus.speed': megahertz,
  'cpus.external_clock': inLetters('MHz'),
  'batteries.capacity': inLetters('mWh'),
  'batteries.real_capacity': inLetters('mWh'),
  'batteries.voltage': inLetters('mV'),
  'networks.speed': inLetters('Mb/s'),
  'network_ports.ifspeed': (bits, language) => inLetters('Mb/s')(bits / 1_000_000, language),
};

/** A day, or a moment, as the machine's own clock said it. */
const moment = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?))?$/;

/** What a field of an inventory says to a person. Whatever it does not know, it leaves as the agent wrote it. */
export function shownValue(place: string, value: unknown, language: string): string {
  if (value === null || value === undefined || value === '') return '';
  const amount = Object.hasOwn(amounts, place) ? amounts[place] : undefined;
  if (amount !== undefined && Number.isFinite(Number(value))) return amount(Number(value), language);
  if (typeof value === 'string') return momentText(value, language) ?? value;
  if (Array.isArray(value) && value.every(isPlain)) return value.join(', ');
  return isPlain(value) ? String(value) : JSON.stringify(value);
}

function momentText(text: string, language: string): string | undefined {
  const [, day, time] = moment.exec(text) ?? [];
  if (day === undefined) return undefined;
  const at = new Date(`${day}T${time ?? '00:00'}`);
  if (Number.isNaN(at.getTime())) return undefined;
  return time === undefined ? exactDay(at, language) : exactTime(at, language);
}

const isPlain = (value: unknown): value is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof value);
