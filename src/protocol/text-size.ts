/** True when the text has more than `maxBytes` bytes in UTF-8. Counts only where the length leaves it open. */
export function isLongerThan(text: string, maxBytes: number): boolean {
  if (text.length * 3 <= maxBytes) return false;
  return text.length > maxBytes || Buffer.byteLength(text) > maxBytes;
}
