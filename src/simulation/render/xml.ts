const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** An element with text; nothing when there is no text to say. */
export function element(name: string, text: string | undefined): string {
  if (text === undefined) return '';
  return `<${name}>${text.replace(/[&<>]/g, (sign) => escapes[sign] ?? sign)}</${name}>`;
}

export function group(name: string, children: readonly string[]): string {
  return `<${name}>${children.join('')}</${name}>`;
}
