/**
 * RFC 4180 lines. Text that begins with = + - @ tab or carriage return, or has = + - @ behind a semicolon or a line break,
 * gets an apostrophe there: spreadsheets would run it as a formula, and agents choose most of the text. The full-width
 * forms of the four count too: where Japanese or Chinese is written, spreadsheets take them for the same.
 */
export function csvLine(cells: readonly unknown[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = guardedInside(cellText(value));
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Where lists are separated by semicolons, as in most of Europe, a spreadsheet opens the file by them, and quotes protect
 * nothing: the piece behind one is a cell of its own, and what stands behind a line break a row.
 */
function guardedInside(text: string): string {
  return text.replace(/[;\t\r\n][\s"]*(?=[=+\-@＝＋－＠])/g, "$&'");
}

/** As it stands in a cell: lists as words, and disarmed. */
export function cellText(value: unknown): string {
  return guarded(textOf(value));
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const isPlainList = Array.isArray(value) && value.every((part) => typeof part === 'string');
  return isPlainList ? value.join(' ') : JSON.stringify(value);
}

function guarded(text: string): string {
  return /^\s*[=+\-@＝＋－＠]|^[\t\r]/.test(text) ? `'${text}` : text;
}
