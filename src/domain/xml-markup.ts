/** Text as content of an XML element. What XML cannot hold at all is for the caller to replace before. */
export function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
