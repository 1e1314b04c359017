/** Longest text that is looked at; the rest is cut before any other work is done on it. */
const maxReadChars = 4096;
/** Longest identifier that can stand in the store's index; no agent sends one of half that length. */
export const maxIdentifierChars = 128;
/** Longest text that is shown of an asset. */
const maxShownChars = 255;

/**
 * Text as people read it: well-formed Unicode, no control or invisible characters, blanks collapsed, trimmed.
 * Undefined when nothing is left or the value is neither text nor number.
 */
export function cleanText(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value)
    .slice(0, maxReadChars)
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ')
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
  return text === '' ? undefined : text;
}

/** Clean text, cut to what a table can show. */
export function shownText(value: unknown): string | undefined {
  const text = cleanText(value);
  return text === undefined ? undefined : text.slice(0, maxShownChars).toWellFormed().trim();
}

/** Letters and digits only, lower case: the form in which spellings of the same filler are equal. */
export function squeezed(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
