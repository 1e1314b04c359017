import { counts, junk, type Normalised } from './normalised';
import { whySharedMac } from './shared-mac';

/**
 * MAC address as it is compared: lower case, colons. Takes every separator, bare digits, and groups without leading
 * zeros (Solaris). FireWire's eight bytes, InfiniBand's twenty and masked addresses identify nothing.
 */
export function normaliseMac(text: string): Normalised {
  const mac = spellMac(text);
  if (mac === undefined) return junk('not six bytes');
  const why = whySharedMac(mac);
  if (why === undefined) return counts(mac);
  return junk(why, nobodys.has(why) ? undefined : mac);
}

/** What no card has, in any network. */
const nobodys: ReadonlySet<string> = new Set(['zero address', 'broadcast', 'multicast']);

/** An address in the form in which it is compared, whether it identifies anything or not. */
export function spellMac(text: string): string | undefined {
  const groups = text.toLowerCase().split(/[:.\- ]/);
  const digits =
    groups.length === 6 ? groups.map((group) => group.padStart(2, '0')).join('') : groups.join('');
  return /^[0-9a-f]{12}$/.test(digits) ? digits.replace(/(..)(?!$)/g, '$1:') : undefined;
}

/** Set by software, not by the maker of the card: virtual machines have such addresses, and randomised Wi-Fi. */
export function isLocallyAdministered(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 2) !== 0;
}
