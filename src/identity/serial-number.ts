import { maxIdentifierChars, squeezed } from './clean-text';
import { whyFiller } from './filler';
import { counts, junk, type Normalised } from './normalised';

/**
 * Serial number as it is compared: upper case, blanks collapsed (HP pads with blanks).
 * `text` must be clean text, `manufacturer` as the inventory names it.
 */
export function normaliseSerial(text: string, manufacturer: string | undefined): Normalised {
  const upper = text.toUpperCase();
  if (upper.length > maxIdentifierChars) return junk('too long');
  const why = whyCpuId(upper) ?? whyFiller(upper);
  if (why !== undefined) return filler(why, upper);
  const serial = withoutBarcodeLetter(upper, manufacturer);
  const whyRest = whyFiller(serial);
  return whyRest === undefined ? counts(serial) : filler(whyRest, serial);
}

/** Dots and dashes are no number, whoever says so. */
function filler(why: string, serial: string): Normalised {
  return junk(why, squeezed(serial) === '' ? undefined : serial);
}

/** HP prints the data identifier "S" before the serial; some firmware holds it, some not (GLPI's rule: "ewlett"). */
function withoutBarcodeLetter(serial: string, manufacturer: string | undefined): string {
  return manufacturer !== undefined && /ewlett/i.test(manufacturer) ? serial.replace(/^[S ]+/, '') : serial;
}

/**
 * The OCS agent sends the CPU id where it finds no serial: the same on every machine with that CPU model. It is
 * CPUID leaf 1, EAX and EDX: eight bytes apart as dmidecode prints them, or 16 digits as Windows does. EDX ends in
 * FBFF on every x86 CPU with the features of a Pentium III or later (BFEBFBFF Intel, 178BFBFF AMD, 0FABFBFF KVM).
 */
function whyCpuId(serial: string): string | undefined {
  if (/^[0-9A-F]{2}([ :-][0-9A-F]{2}){7}$/.test(serial)) return 'CPU id';
  const isCpuId =
    /^[0-9A-F]{4}FBFF00[0-9A-F]{6}$/.test(serial) ||
    /^00[0-9A-F]{10}FBFF$/.test(serial) ||
    /^[0-9A-F]{8}FFFB[0-9A-F]{4}$/.test(serial);
  return isCpuId ? 'CPU id' : undefined;
}
