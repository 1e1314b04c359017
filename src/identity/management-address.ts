import { isIPv4, isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import { counts, junk, type Normalised } from './normalised';

/**
 * Addresses that every device may have, by their beginning in canonical text. GLPI's default blacklist names
 * 0.0.0.0, 127.0.0.1 and ::1.
 */
const sharedRanges: readonly (readonly [RegExp, string])[] = [
  [/^(0\.|::$)/, 'unspecified address'],
  [/^(127\.|::1$)/, 'loopback address'],
  [/^169\.254\./, 'link-local address'],
  [/^(22[4-9]\.|23\d\.|ff)/, 'multicast address'],
  [/^255\.255\.255\.255$/, 'broadcast address'],
];

/** Management address as it is compared: canonical text without zone, IPv4 inside IPv6 as IPv4. */
export function normaliseAddress(text: string): Normalised {
  // Short and octal forms of IPv4 ("1", "0x7f.1") are read differently by different programs: they are not read.
  if (!isIPv4(text) && !isIPv6(text)) return junk('not an address');
  // Every interface has a link-local address: spares most of the work on IPv6, 5 µs each.
  if (/^fe[89ab]/i.test(text)) return junk('link-local address');
  const address = isIPv4(text) ? text : canonicalIpv6(text);
  const shared = sharedRanges.find(([pattern]) => pattern.test(address));
  return shared === undefined ? counts(address) : junk(shared[1]);
}

function canonicalIpv6(text: string): string {
  return ipaddr.process(text.replace(/%.*$/, '')).toString();
}
