import ipaddr from 'ipaddr.js';

/** How people write identifiers when they search, brought to the spellings that may be stored. */

/** Six pairs of hex digits in any notation, as lower case with colons; undefined for anything else. */
export function macSpelling(text: string): string | undefined {
  const digits = text.toLowerCase().replace(/[\s:.-]/g, '');
  return /^[\da-f]{12}$/.test(digits) ? (digits.match(/../g) ?? []).join(':') : undefined;
}

/** Addresses are stored in their shortest form. */
export function ipSpelling(text: string): string | undefined {
  const bare = text.trim();
  return ipaddr.isValid(bare) ? ipaddr.process(bare).toString() : undefined;
}

export function serialSpellings(text: string): string[] {
  const plain = text.trim().replace(/\s+/g, ' ');
  return withCases([text, plain]);
}

/** People write a part of a name; who writes `*` says where the part stands. */
export function softwarePattern(text: string): string {
  const plain = text.trim().replace(/\s+/g, ' ');
  return plain.includes('*') ? plain : `*${plain}*`;
}

export function deviceidSpellings(text: string): string[] {
  return withCases([text, text.trim()]);
}

/**
 * A UUID in any case, with or without dashes and braces, and in the other byte order: SMBIOS readers disagree on the
 * first three fields. Text that is no UUID is searched as it is, since not every agent sends one.
 */
export function uuidSpellings(text: string): string[] {
  const plain = text.trim();
  const digits = plain.toLowerCase().replace(/[{}\s-]/g, '');
  if (!/^[\da-f]{32}$/.test(digits)) return withCases([plain]);
  const swapped =
    reversedBytes(digits.slice(0, 8)) +
    reversedBytes(digits.slice(8, 12)) +
    reversedBytes(digits.slice(12, 16)) +
    digits.slice(16);
  return withCases([plain, dashed(digits), dashed(swapped), digits]);
}

function reversedBytes(hex: string): string {
  return (hex.match(/../g) ?? []).reverse().join('');
}

function dashed(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function withCases(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => [text, text.toLowerCase(), text.toUpperCase()]))];
}

/** Most words of one search that are looked for; further ones are left out. */
const maxWords = 8;

/**
 * What one box is searched for: each word must stand somewhere in what is shown, without case; or the whole is an
 * identifier in any of its spellings; or it is a part of a hardware address, whatever separates its digits.
 */
export function textSpellings(text: string): {
  readonly alternatives: readonly (readonly string[])[];
  readonly whole: readonly string[];
} {
  const plain = text.trim().toLowerCase();
  const words = plain.split(/\s+/).slice(0, maxWords);
  const [mac, ip] = [macSpelling(text), ipSpelling(text)];
  const uuids = /^[{(]?[\da-f]{8}-?([\da-f]{4}-?){3}[\da-f]{12}[)}]?$/.test(plain) ? uuidSpellings(text) : [];
  const others = [partOfMac(plain), ip, ...uuids.map((uuid) => uuid.toLowerCase())];
  const parts = [...new Set(others)].filter((one) => one !== undefined && one !== plain) as string[];
  return {
    alternatives: [words, ...parts.map((part) => [part])],
    whole: [
      ...new Set([...serialSpellings(text), ...uuids, ...[mac, ip].filter((one) => one !== undefined)]),
    ],
  };
}

/**
 * As it stands in what is searched: without separators (migration 0018). Colons stand in little else, so that a few digits
 * suffice; dashes, blanks and dots stand in names and addresses too.
 */
const partsOfMac = [
  /^[\da-f]{1,2}(:[\da-f]{1,2}){1,5}:?$/,
  /^[\da-f]{2}([\s-][\da-f]{2}){2,5}$/,
  /^[\da-f]{4}(\.[\da-f]{4}){1,2}$/,
];
const minDigitsOfMac = 3;

function partOfMac(text: string): string | undefined {
  if (!partsOfMac.some((shape) => shape.test(text))) return undefined;
  const digits = text.replace(/[\s:.-]/g, '');
  return digits.length < minDigitsOfMac ? undefined : digits;
}
