import { squeezed } from './clean-text';

/**
 * Texts that firmware and agents put where no number was written. Sources: GLPI's default blacklist of serials
 * (36 entries), the holes its users found (fusioninventory-for-glpi #2813, #873, #978, #783, OCSInventory-ocsreports
 * #1652), and dmidecode samples of GLPI Agent. Compared as letters and digits only.
 */
const fillerWords = new Set(
  `na nil nan null nullstring none nonespecified no not empty blank void eval evaluation iatpass invalid
  unknow unknown undefined unspecified default defaultstring oem oemserial oemstring sernum serial serialno
  serialnumber serialnumberxxxxxx noserial noserialnumber nosn notspecified notavailable notapplicable notprovided
  notpresent notset notsettable notdefined tbd tobedefined tulipcomputers systemserialnumber systemserialnumb
  chassisserialnumber baseboardserialnumber boardserialnumber type2boardserialnumber noassettag noassetinformation
  noresponsefromremotehost sn123456fvgv3i0b8o5n6n7k`.split(/\s+/),
);
const fillerBeginnings = ['tobefilled', 'oemdefaultstring'];
/** "SYS-1234567890", "SN-12345", "MB-1234567890", "Asset-1234567890", "BSS-0123456789". */
const labelBefore = /^(sys|sn|mb|asset|bss|serial|oem)(?=\d)/;
const countingUp = ['1234567890'.repeat(3), '0123456789'.repeat(3), '0123456789abcdef', '123456789abcdef'];
const countingDown = '9876543210';
/** fusioninventory-for-glpi #978 proposes 6; honest board and switch serials of 6 exist, none shorter than 4. */
const minChars = 4;

/** Why a text is no identifier of a device; undefined when it may be one. */
export function whyFiller(text: string): string | undefined {
  const core = squeezed(text);
  if (core === '') return 'no letter or digit';
  if (fillerWords.has(core) || fillerBeginnings.some((beginning) => core.startsWith(beginning))) {
    return 'filler text';
  }
  if (core.length < minChars) return 'too short';
  return whyPattern(text, core);
}

function whyPattern(text: string, core: string): string | undefined {
  if (/^(.)\1*$/u.test(core)) return 'one character repeated';
  // "30003000…" of VirtualBox under macOS, 84 digits long.
  if (core.length >= 16 && new Set(core).size <= 2) return 'hardly more than one character';
  // GLPI drops every text of zeros and ones, and with it the honest counter 00000001 (glpi#24870): that stays.
  if (/^[01]+$/.test(core) && !core.startsWith('0')) return 'zeros and ones';
  if (isCounting(core.replace(labelBefore, ''))) return 'counting sequence';
  // GLPI's /\d\.\d(\.\d)?/ is meant for "1.0" and "1.2.3" but, unanchored, also drops board serials: anchored here.
  if (/^\d{1,2}(\.\d{1,3}){1,3}$/.test(text)) return 'version number';
  return undefined;
}

function isCounting(core: string): boolean {
  return (
    countingUp.some((sequence) => sequence.startsWith(core)) ||
    /^1234567890*$/.test(core) ||
    (core.length >= 6 && countingDown.includes(core))
  );
}
