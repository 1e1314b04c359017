import ipaddr from 'ipaddr.js';
import { counts, junk, type Normalised } from './normalised';

/** Ranges whose addresses every device may have. GLPI's default blacklist names 0.0.0.0, 127.0.0.1 and ::1. */
const sharedRanges = new Set(['unspecified', 'loopback', 'linkLocal', 'multicast', 'broadcast']);

/** Management address as it is compared: canonical text, IPv4 inside IPv6 as IPv4. */
export function normaliseAddress(text: string): Normalised {
  // Short and octal forms of IPv4 ("1", "0x7f.1") are read differently by different programs: they are not read.
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !(text.includes(':') && ipaddr.IPv6.isValid(text))) {
    return junk('not an address');
  }
  const address = ipaddr.process(text.replace(/%.*$/, ''));
  return sharedRanges.has(address.range()) ? junk(`${address.range()} address`) : counts(address.toString());
}
