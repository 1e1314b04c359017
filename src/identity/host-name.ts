import { maxIdentifierChars } from './clean-text';
import { counts, junk, type Normalised } from './normalised';

/** Names that installers and firmware give to every machine alike. */
const defaultNames = new Set(
  `localhost localhost4 localhost6 android unknown none (none) default iphone ipad macbook raspberrypi debian ubuntu
  fedora centos archlinux kali openwrt livecd`.split(/\s+/),
);

/** Host name as it is compared: lower case, first label only (agents differ in sending short and full names). */
export function normaliseHostname(text: string): Normalised {
  const lower = text.toLowerCase();
  if (/^\d+(\.\d+){3}$/.test(lower) || lower.includes(':')) return junk('an address, not a name');
  const short = (lower.split('.', 1)[0] ?? '').trim();
  if (short === '' || defaultNames.has(short)) return junk('default name');
  return short.length > maxIdentifierChars ? junk('too long') : counts(short);
}
