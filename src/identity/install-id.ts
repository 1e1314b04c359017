import { counts, junk, type Normalised } from './normalised';

/** The longest deviceid that is looked up; agents' own have under 100 characters. */
const maxChars = 255;

/** Device id of an agent's installation, compared without case. `foo` is what the offline tools send. */
export function normaliseDeviceid(text: string): Normalised {
  const lower = text.toLowerCase();
  if (lower === 'foo') return junk('name of the offline tools');
  return lower.length > maxChars ? junk('too long') : counts(lower);
}
