/**
 * Readers of what `key config` writes, each by the rules of the program that reads it in the field. They are written
 * from those programs' documentation and source, not from our writer.
 */

/** GLPI Agent and FusionInventory 2.6, Config.pm: quotes from the first to the last, else cut at `#`. */
export function readAgentCfg(text: string): Map<string, string> {
  const read = new Map<string, string>();
  for (const line of text.split('\n')) {
    const pair = /^\s*([\w-]+)\s*=\s*(.*)$/.exec(line);
    if (pair === null) continue;
    const value = (pair[2] ?? '').replace(/\s+$/, '');
    const quoted = /^(['"])(.*)\1/.exec(value);
    read.set(pair[1] ?? '', quoted?.[2] ?? value.replace(/\s*#.+$/, ''));
  }
  return read;
}

/** OCS unix agent 2.10, Config.pm: one pair of quotes around the value, of either kind, is taken off. */
export function readOcsCfg(text: string): Map<string, string> {
  const read = new Map<string, string>();
  for (const line of text.split('\n')) {
    const pair = /(\w+)\s*=\s*(.+)/.exec(line.replace(/^#.+/, ''));
    if (pair === null) continue;
    const value = (pair[2] ?? '')
      .replace(/\s+$/, '')
      .replace(/^'(.*)'$/, '$1')
      .replace(/^"(.*)"$/, '$1');
    read.set((pair[1] ?? '').toLowerCase(), value);
  }
  return read;
}

/** A line of a batch file as cmd.exe runs it. Throws where a character would mean something to it outside quotes. */
export function readBatchLine(line: string): string {
  let isQuoted = false;
  for (const character of line) {
    if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && /[&|<>^()!]/.test(character)) throw new Error(`cmd.exe would act on ${character}`);
  }
  if (isQuoted) throw new Error('the line ends within quotes');
  if (/(^|[^%])%(%%)*([^%]|$)/.test(line)) throw new Error('cmd.exe would replace a variable');
  return line.replaceAll('%%', '%');
}

/** Properties of a command line of msiexec: a doubled quote within quotes is one. */
export function readMsiProperties(command: string): Map<string, string> {
  const read = new Map<string, string>();
  const property = /\s([A-Z_]+)=(?:"((?:[^"]|"")*)"(?!")|([^\s"]*))(?=\s|$)/g;
  for (const [, name = '', quoted, bare] of command.matchAll(property)) {
    read.set(name, quoted?.replaceAll('""', '"') ?? bare ?? '');
  }
  return read;
}

const singleQuotes = "'\u2018\u2019\u201a\u201b";

/** Literals of one line of PowerShell, and what is left of the line without them. */
export function readPowershellLine(line: string): { readonly literals: string[]; readonly code: string } {
  const literals: string[] = [];
  let code = '';
  for (let i = 0; i < line.length; i++) {
    if (!singleQuotes.includes(line.charAt(i))) {
      code += line.charAt(i);
      continue;
    }
    let literal = '';
    for (i++; ; i++) {
      if (i >= line.length) throw new Error('a literal does not end');
      const isQuote = singleQuotes.includes(line.charAt(i));
      if (isQuote && !(i + 1 < line.length && singleQuotes.includes(line.charAt(i + 1)))) break;
      if (isQuote) i++;
      literal += line.charAt(i);
    }
    literals.push(literal);
    code += '_';
  }
  return { literals, code };
}
