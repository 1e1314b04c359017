/**
 * What moves the cursor, changes colours, reorders or hides text on a terminal: control characters, format characters
 * (bidirectional marks, zero width), line and paragraph separators, halves of surrogate pairs, private use.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;
/** More marks on one letter than any script stacks: they would be drawn over the lines around. */
const stackedMarks = /(\p{M}{4})\p{M}+/gu;

/** Text of an agent as it may be shown on a terminal: in one line, what is not printable as `\u{1b}`. */
export function terminalText(text: string): string {
  return text
    .replace(unprintable, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(stackedMarks, '$1');
}

/** JSON for a terminal or a pipe: the same characters, as JSON escapes, so that it still parses to the same value. */
export function terminalJson(value: unknown): string {
  return escapedJson(JSON.stringify(value, null, 2));
}

/** Text that is JSON already, or lines of it. */
export function escapedJson(json: string): string {
  return json.replace(/[^\n\P{C}]|[\p{Zl}\p{Zp}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
    ).join(''),
  );
}
