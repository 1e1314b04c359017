import { isIPv6 } from 'node:net';
import { isDeepStrictEqual } from 'node:util';

export interface Difference {
  readonly path: string;
  /** What the reference converter made; undefined when it has nothing there. */
  readonly expected: unknown;
  readonly actual: unknown;
  /** The XML document. */
  readonly source: string;
}

/** An intended difference from the reference conversion: where it may occur, and what exactly it may be. */
export interface GoldenRule {
  readonly name: string;
  readonly why: string;
  readonly path: RegExp;
  explains(difference: Difference): boolean;
}

const rolledOver = (year: number, month: number, day: number) =>
  new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);

const element = (source: string, name: string) =>
  new RegExp(`<${name}>\\s*([^<]*?)\\s*</${name}>`).exec(source)?.[1];

const isMissing = (value: unknown) => value === undefined;

function isSplitOf(expected: unknown, actual: unknown): boolean {
  if (!Array.isArray(expected) || !Array.isArray(actual)) return false;
  const split = (expected as Record<string, unknown>[]).flatMap(
    ({ ipaddress, ipaddress6, ...rest }): object[] => {
      const four = [ipaddress].flat().filter((value) => value !== undefined);
      const six = [ipaddress6].flat().filter((value) => value !== undefined);
      if (!Array.isArray(ipaddress) && !Array.isArray(ipaddress6)) {
        return [
          {
            ...rest,
            ...(four.length > 0 ? { ipaddress } : {}),
            ...(six.length > 0 ? { ipaddress6 } : {}),
          },
        ];
      }
      return [
        ...four.map((address) => ({ ...rest, ipaddress: address })),
        ...six.map((address) => ({ ...rest, ipaddress6: address })),
      ];
    },
  );
  return isDeepStrictEqual(split, actual);
}

export const goldenRules: readonly GoldenRule[] = [
  {
    name: 'I1 CDATA is text',
    why: 'the reference loses names written as CDATA',
    path: /^\/content\/[a-z_]+\/\[\]\/name$/,
    explains: ({ expected, actual, source }) =>
      isDeepStrictEqual(expected, []) &&
      typeof actual === 'string' &&
      source.includes(`<![CDATA[${actual}]]>`),
  },
  {
    name: 'I2 words for booleans',
    why: 'the reference reads "No" as true',
    path: /\/(hotreplaceable|plugged|virtualdev)$/,
    explains: ({ expected, actual, source }) =>
      expected === true && actual === false && /<(HOTREPLACEABLE|PLUGGED|VIRTUALDEV)>No</i.test(source),
  },
  {
    name: 'I3 BIOS dates are month first',
    why: 'the reference reads them day first and rolls impossible months over',
    path: /^\/content\/bios\/bdate$/,
    explains: ({ expected, actual, source }) => {
      const sent = element(source, 'BDATE') ?? '';
      const [month = 0, day = 0, year = 0] = sent.split('/').map(Number);
      if (sent.length === 10) {
        return expected === rolledOver(year, day, month) && actual === rolledOver(year, month, day);
      }
      return actual === rolledOver(2000 + year, month, day);
    },
  },
  {
    name: 'I4 slots used and free are kept',
    why: 'the reference knows only "in use" and "available"',
    path: /^\/content\/slots\/\[\]\/status$/,
    explains: ({ expected, actual }) => isMissing(expected) && (actual === 'used' || actual === 'free'),
  },
  {
    name: 'I6 two ACCOUNTINFO',
    why: 'the reference loses the tag',
    path: /^\/tag$/,
    explains: ({ expected, actual, source }) =>
      isMissing(expected) &&
      typeof actual === 'string' &&
      source.split('<ACCOUNTINFO>').length === 3 &&
      source.includes(actual),
  },
  {
    name: 'I10 ether is ethernet',
    why: 'OCS writes it so',
    path: /^\/content\/networks\/\[\]\/type$/,
    explains: ({ expected, actual, source }) =>
      isMissing(expected) && actual === 'ethernet' && /<TYPE>ether<\/TYPE>/i.test(source),
  },
  {
    name: 'I12 no date, no field',
    why: 'the reference leaves impossible boot times and process starts rolled over',
    path: /^\/content\/(operatingsystem\/boot_time|processes\/\[\]\/started)$/,
    explains: ({ expected, actual, source }) =>
      typeof expected === 'string' &&
      isMissing(actual) &&
      /<(BOOT_TIME|STARTED)>\d{4}-(0|1[3-9]|[2-9]\d)-\d/.test(source),
  },
  {
    name: 'boot time as year, day, month',
    why: 'the reference repairs it only with seconds',
    path: /^\/content\/operatingsystem\/boot_time$/,
    explains: ({ actual, source }) => {
      const [, year = '', day = '', month = '', time = ''] =
        /^(\d{4})-(\d\d)-(\d\d) (\d\d:\d\d)$/.exec(element(source, 'BOOT_TIME') ?? '') ?? [];
      return Number(day) > 12 && actual === `${year}-${month}-${day} ${time}:00`;
    },
  },
  {
    name: 'null is left out',
    why: 'a number that is none has no value; null breaks the inventory schema',
    path: /^\/content\//,
    explains: ({ expected, actual }) => expected === null && isMissing(actual),
  },
  {
    name: 'OCS install dates',
    why: 'the reference leaves YYYY/MM/DD hh:mm:ss as it is',
    path: /^\/content\/softwares\/\[\]\/install_date$/,
    explains: ({ expected, actual }) =>
      /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d$/.test(String(expected)) &&
      actual === String(expected).slice(0, 10).replaceAll('/', '-'),
  },
  {
    name: 'OCS ids of users and groups',
    why: 'the inventory format asks for id; OCS leaves out that of root, which is 0',
    path: /^\/content\/local_(users|groups)\/\[\]$/,
    explains: ({ expected, actual, source }) => {
      const { id_user, id_group, ...rest } = expected as Record<string, unknown>;
      const id = id_user ?? id_group ?? (rest.name === 'root' ? '0' : undefined);
      return (
        rest.id === undefined &&
        isDeepStrictEqual({ ...rest, id }, actual) &&
        /<ID_(USER|GROUP)>/.test(source)
      );
    },
  },
  {
    name: 'OCS processors',
    why: 'OCS has other names for name, core and thread',
    path: /^\/content\/cpus\/\[\]$/,
    explains: ({ expected, actual, source }) => {
      const { cores, threads, ...rest } = expected as Record<string, unknown>;
      const renamed = { ...rest, core: Number(cores), thread: Number(threads) };
      return (
        isDeepStrictEqual(
          { ...renamed, name: element(source, 'TYPE') },
          {
            ...(actual as object),
            name: element(source, 'TYPE'),
          },
        ) && source.includes(`<TYPE>${(actual as { name: string }).name}</TYPE>`)
      );
    },
  },
  {
    name: 'operating system from HARDWARE',
    why: 'OCS and FusionInventory before 2.2 have no OPERATINGSYSTEM',
    path: /^\/content\/operatingsystem$/,
    explains: ({ expected, actual, source }) =>
      isMissing(expected) &&
      !source.includes('<OPERATINGSYSTEM>') &&
      (actual as { name?: unknown }).name === element(source, 'OSNAME')?.replaceAll('&amp;', '&'),
  },
  {
    name: 'IPv6 in IPADDRESS',
    why: 'the inventory format has ipaddress6 for it',
    path: /^\/content\/networks\/\[\]$/,
    explains: ({ expected, actual }) => {
      const { ipaddress, ...rest } = expected as { ipaddress?: unknown; type?: unknown };
      const type = (actual as { type?: string }).type;
      return (
        isIPv6(String(ipaddress)) &&
        isDeepStrictEqual({ ...rest, type, ipaddress6: ipaddress }, { ...(actual as object), type })
      );
    },
  },
  {
    name: 'one entry for each address',
    why: 'SCCM exports write lists of addresses',
    path: /^\/content\/networks$/,
    explains: ({ expected, actual }) => isSplitOf(expected, actual),
  },
  {
    name: 'interface without description',
    why: 'the inventory format asks for one',
    path: /^\/content\/networks\/\[\]\/description$/,
    explains: ({ expected, actual }) => isMissing(expected) && (actual === 'wifi' || actual === 'unknown'),
  },
  {
    name: 'first of two sensor names',
    why: 'Android names sensors by kind and by vendor',
    path: /^\/content\/sensors\/\[\]\/name$/,
    explains: ({ expected, actual }) => Array.isArray(expected) && actual === expected[0],
  },
  {
    name: 'time zone with four digits',
    why: 'Android leaves out the leading zero',
    path: /^\/content\/operatingsystem\/timezone\/offset$/,
    explains: ({ expected, actual }) => expected === '-430' && actual === '-0430',
  },
  {
    name: 'device without type',
    why: 'an unknown SNMP device is Unmanaged, not a computer',
    path: /^\/(content\/network_device\/type|itemtype)$/,
    explains: ({ expected, actual, source }) =>
      actual === 'Unmanaged' &&
      (isMissing(expected) || expected === 'Computer') &&
      !/<INFO>.*<TYPE>.*<\/INFO>/s.test(source),
  },
  {
    name: 'version of the agent',
    why: 'the inventory format asks for one: from the root, or "missing"',
    path: /^\/(content\/)?versionclient$/,
    explains: ({ path, expected, actual, source }) => {
      const atRoot = /<VERSIONCLIENT>([^<]+)<\/VERSIONCLIENT>\s*<DEVICEID>/.exec(source)?.[1];
      if (path === '/versionclient') return expected === atRoot && isMissing(actual);
      return isMissing(expected) && actual === (atRoot ?? 'missing');
    },
  },
  {
    name: 'job id is not kept',
    why: 'Gatehouse hands out no jobs',
    path: /^\/jobid$/,
    explains: ({ expected, actual }) => typeof expected === 'number' && isMissing(actual),
  },
];
