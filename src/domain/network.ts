import { isIPv4 } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** IPv4 mapped into IPv6 becomes IPv4, so that rules written for one match the other. Undefined for what is no address. */
export function readAddress(text: string): Address | undefined {
  // The usual case: the library tries several notations, each with a pattern, and twice.
  if (isIPv4(text)) return new ipaddr.IPv4(text.split('.').map(Number));
  return ipaddr.isValid(text) ? ipaddr.process(text) : undefined;
}

/** One spelling of an address; text that is none stays as it is. */
export function plainAddress(text: string): string {
  // The usual case, spared the parser.
  if (isIPv4(text)) return text;
  return readAddress(text)?.toString() ?? text;
}

/**
 * Whether an address is in one of the networks; what is no address is in none. The networks are read once, here:
 * throws when one is not in CIDR notation.
 */
export function networkCheck(cidrs: readonly string[]): (address: string) => boolean {
  const networks = cidrs.map((cidr) => ipaddr.parseCIDR(cidr));
  if (networks.length === 0) return () => false;
  return (text) => {
    const address = readAddress(text);
    return (
      address !== undefined &&
      networks.some(
        ([network, prefixLength]) =>
          address.kind() === network.kind() && address.match(network, prefixLength),
      )
    );
  };
}
