/**
 * How a text is written so that a reader of each kind gets it back unchanged, whatever it holds. All take one line of
 * printable text: see `isWritable`.
 */

/** What can stand in one line of every file: no control, format, surrogate or private character, no line separator. */
export function isWritable(text: string): boolean {
  return !/[\p{C}\p{Zl}\p{Zp}]/u.test(text);
}

/** Names that people chose, in a comment: nothing that could end it or mean something to a shell. */
export function commentText(text: string): string {
  const maxCommentLength = 120;
  // Levels of an entity; `>` would redirect.
  const plain = text.replaceAll(' > ', ' / ');
  return plain.replace(/[^\p{L}\p{N} ._@()/-]/gu, '?').slice(0, maxCommentLength);
}

/** As it is where a shell leaves it alone, else between single quotes. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * A value of agent.cfg. GLPI Agent and FusionInventory take what stands between the first and the last double quote;
 * without quotes they cut at `#` (Config.pm of both).
 */
export function cfgValue(text: string): string {
  return /^[\w@:/.%+=,-]+$/.test(text) ? text : `"${text}"`;
}

/** A value of ocsinventory-agent.cfg: one pair of quotes around it is taken off, nothing else (its Config.pm). */
export function ocsValue(text: string): string {
  return /^[\w@:/.%+=,-]+$/.test(text) ? text : `"${text}"`;
}

/** `NAME="value"` for msiexec: a quote within is doubled. */
export function msiProperty(name: string, value: string): string {
  return `${name}="${value.replaceAll('"', '""')}"`;
}

/**
 * A command of a batch file: `%` is doubled. Other special characters mean nothing between double quotes, which is
 * where the values stand; a doubled quote leaves the quotes for no character.
 */
export function batchText(command: string): string {
  return command.replaceAll('%', '%%');
}

/** A literal of PowerShell. It ends at any of five characters that it takes for a single quote; each is doubled. */
export function powershellText(text: string): string {
  return `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
}

/** A double-quoted scalar of YAML, in ASCII: readers differ in which other characters they let pass. */
export function yamlText(text: string): string {
  const escaped = Array.from(text, (character) => {
    if (character === '"' || character === '\\') return `\\${character}`;
    if (character === '\n') return '\\n';
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0x20 && code < 0x7f) return character;
    return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
  });
  return `"${escaped.join('')}"`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
