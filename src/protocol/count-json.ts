import type { DecodeLimits } from './limits';

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;

/**
 * Counts elements and depth of a JSON text without building it. A 16 MiB text of `[[[[` becomes 300 MB of objects, so
 * it must be refused before it is parsed. Shorter texts cannot hold too many elements (each takes two bytes) and are
 * left to the walk over the parsed value. Gives the limit that is broken; the text need not be JSON.
 */
export function countJson(text: string, limits: DecodeLimits): 'depth' | 'elements' | undefined {
  if (text.length <= limits.maxElements * 2) return undefined;
  let elements = 0;
  let depth = 0;
  let i = 0;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code === quote) i = endOfString(text, i);
    else if (code === comma) elements++;
    else if (code === 0x7b || code === 0x5b) {
      elements++;
      depth++;
      if (depth > limits.maxDepth) return 'depth';
    } else if (code === 0x7d || code === 0x5d) depth--;
    // A value has a comma or bracket before it; empty objects and lists add one each, so at most twice too many.
    if (elements > limits.maxElements * 2) return 'elements';
    i++;
  }
  return undefined;
}

/** Index of the quote that ends the string, or the end of the text. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length) {
    const code = text.charCodeAt(i);
    if (code === backslash) i++;
    else if (code === quote) return i;
    i++;
  }
  return i;
}
