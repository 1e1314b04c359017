import type { JunkKind } from '../domain/junk';
import { cleanText } from './clean-text';
import { normaliseDeviceid } from './install-id';
import { normaliseMac } from './mac-address';
import { counts, junk, type Normalised } from './normalised';
import { normaliseSerial } from './serial-number';
import { normaliseUuid } from './smbios-uuid';
import { normaliseSshKey } from './ssh-host-key';

/**
 * What an admin types, in the form in which it is compared; or why it identifies nothing. A serial as it stands in
 * lists: without the letter that some makers print before it.
 */
export function normaliseJunk(kind: JunkKind, typed: string): Normalised {
  const text = cleanText(typed) ?? '';
  switch (kind) {
    case 'serial':
      return normaliseSerial(text, undefined);
    case 'uuid':
      return normaliseUuid(text);
    case 'mac':
      return normaliseMac(text);
    case 'deviceid':
      return normaliseDeviceid(text);
    case 'certificate':
      return /^[0-9a-f]{64}$/i.test(text) ? counts(text.toLowerCase()) : junk('no SHA-256 of a public key');
    case 'sshkey':
      return /^[a-z][a-z0-9@.-]{2,40}:[0-9a-f]{64}$/.test(text) ? counts(text) : normaliseSshKey(text);
  }
}
