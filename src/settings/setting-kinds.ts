import os from 'node:os';
import path from 'node:path';
import ipaddr from 'ipaddr.js';
import { canonicalUrl, urlText } from '../domain/canonical-url';

/** What a text is read to, or why it cannot be; the reason never quotes a secret. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

/** One kind of value: how it is named in the documentation, read, and shown. */
export interface Kind<T> {
  readonly label: string;
  read(text: string): Read<T>;
  /** For `gatehouse config`; secrets have no value there. */
  show(value: T): string;
}

const is = <T>(value: T): Read<T> => ({ ok: true, value });
const isNot = (why: string): Read<never> => ({ ok: false, why });
const asItIs = (value: unknown): string => String(value);

/** Longest text of one setting, in characters: a mistake beyond it. */
const maxTextLength = 8192;

export function text(label: string, minLength = 1): Kind<string> {
  return {
    label,
    read: (given) => {
      if (given.length < minLength) return isNot(`needs at least ${minLength} characters`);
      return given.length <= maxTextLength ? is(given) : isNot(`is longer than ${maxTextLength} characters`);
    },
    show: asItIs,
  };
}

/** Inclusive bounds. Plain decimal digits only: 1e3, 0x10 and 16M are mistakes more often than wishes. */
export function integer(min: number, max: number): Kind<number> {
  return {
    label: `number, ${min} to ${max}`,
    read: (given) => {
      const value = /^\d{1,15}$/.test(given) ? Number(given) : NaN;
      return value >= min && value <= max ? is(value) : isNot(`must be a whole number from ${min} to ${max}`);
    },
    show: asItIs,
  };
}

export function choice<const T extends string>(...values: readonly T[]): Kind<T> {
  return {
    label: values.map((value) => `\`${value}\``).join(', '),
    read: (given) => {
      const value = values.find((one) => one === given);
      return value === undefined ? isNot(`must be one of ${values.join(', ')}`) : is(value);
    },
    show: asItIs,
  };
}

/** A path, made absolute from the working directory. */
export const filePath: Kind<string> = {
  label: 'path',
  read: (given) => (given.includes('\0') ? isNot('holds a zero byte') : is(path.resolve(given))),
  show: asItIs,
};

export const hostName: Kind<string> = {
  label: 'address or name',
  read: (given) =>
    /^[\w.:%-]{1,253}$/.test(given) ? is(given) : isNot('must be an IP address or host name'),
  show: asItIs,
};

export const version: Kind<string> = {
  label: 'version',
  read: (given) => (/^\d{1,4}(\.\d{1,4}){1,3}$/.test(given) ? is(given) : isNot('must look like 10.0.16')),
  show: asItIs,
};

const maxListItems = 100;

function list(
  label: string,
  one: (item: string) => string | undefined,
  what: string,
): Kind<readonly string[]> {
  return {
    label,
    read: (given) => {
      const items = given.split(',').map((item) => item.trim());
      if (items.length > maxListItems) return isNot(`has more than ${maxListItems} items`);
      const values = items.filter((item) => item !== '').map(one);
      const bad = values.indexOf(undefined);
      if (bad !== -1) return isNot(`item ${bad + 1} is not ${what}`);
      return is([...new Set(values.filter((value) => value !== undefined))]);
    },
    show: (values) => values.join(','),
  };
}

function canonicalText(item: string): string | undefined {
  const url = canonicalUrl(item);
  return url === undefined ? undefined : urlText(url);
}

/** One http(s) URL, kept as it is written: what is added to a GLPI's URL is decided later. */
export const httpUrl: Kind<string> = {
  label: 'http(s) URL',
  read: (given) => {
    const url = given.length <= maxTextLength && URL.canParse(given) ? new URL(given) : undefined;
    const isPlain = url?.username === '' && url.password === '' && url.search === '' && url.hash === '';
    return isPlain && /^https?:$/.test(url.protocol)
      ? is(given)
      : isNot('must be an http or https URL without user, query and #');
  },
  show: asItIs,
};

export const urls = list(
  'http(s) URLs, comma-separated',
  canonicalText,
  'an http or https URL without user, query and #',
);

export const oneUrl: Kind<string> = {
  label: 'http(s) URL',
  read: (given) => {
    const value = canonicalText(given);
    return value === undefined ? isNot('must be an http or https URL without user, query and #') : is(value);
  },
  show: asItIs,
};

function cidrText(item: string): string | undefined {
  if (ipaddr.isValidCIDR(item)) return item;
  if (!ipaddr.isValid(item)) return undefined;
  return `${item}/${ipaddr.parse(item).kind() === 'ipv4' ? 32 : 128}`;
}

export const cidrs = list(
  'CIDRs or addresses, comma-separated',
  cidrText,
  'an address or CIDR such as 10.0.0.0/8',
);

const maxWorkers = 64;

/** `auto`: one a core. */
export const workers: Kind<number> = {
  label: `number, 1 to ${maxWorkers}, or \`auto\``,
  read: (given) => {
    if (given === 'auto') return is(Math.min(os.availableParallelism(), maxWorkers));
    const counted = integer(1, maxWorkers).read(given);
    return counted.ok ? counted : isNot(`${counted.why}, or auto`);
  },
  show: asItIs,
};

export const postgresUrl: Kind<string> = {
  label: 'postgresql:// URL',
  read: (given) => {
    const isPostgres = /^postgres(ql)?:\/\//.test(given) && URL.canParse(given.replace('@/', '@socket/'));
    return isPostgres ? is(given) : isNot('must be a URL like postgresql://user:password@host:5432/database');
  },
  show: (value) => {
    const masked = new URL(value.replace('@/', '@socket/'));
    if (masked.password !== '') masked.password = '***';
    for (const name of masked.searchParams.keys()) {
      if (/pass/i.test(name)) masked.searchParams.set(name, '***');
    }
    return masked.href.replace('@socket/', '@/');
  },
};
