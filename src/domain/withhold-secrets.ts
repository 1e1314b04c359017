/**
 * Cuts secrets of ours out of text that is logged or kept. Agents are started by hand with the key in their command
 * line, and inventories list the commands that run: without this, keys would stand readable in stored inventories.
 *
 * A secret is told by its form alone, whole or cut short: a prefix and a public id, then 8 letters or more; or 40
 * letters or more after a prefix; or an access token. Every letter is looked at a bounded number of times: one
 * expression for all of it took 10 s on 32 MB of mere beginnings, and ran out of stack on one endless word.
 */

/** For log lines and headers. */
export function withoutSecrets(text: string): string {
  return text.includes('gr') ? replaceSecrets(text, () => '[secret]') : text;
}

/** For URLs: a secret that is percent-encoded is one, too. */
export function urlWithoutSecrets(url: string): string {
  if (!url.includes('%')) return withoutSecrets(url);
  const plain = url.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  const masked = withoutSecrets(plain);
  return masked === plain ? url : masked;
}

/** Of the secrets that this version issues. */
const beginnings = ['grk_', 'gra_', 'grs_', 'grt_', 'gri_', 'grn_', 'grw_', 'grj_'].map((text) =>
  Buffer.from(text),
);

/**
 * The same bytes with `*` for each letter of a secret, its public id left to be read; undefined when there is none.
 * For texts in a superset of ASCII. Of the same length, so that nothing around it moves.
 */
export function maskSecrets(bytes: Buffer): Buffer | undefined {
  // Almost no body holds one, and this look takes 10 µs at 31 KB.
  if (!beginnings.some((beginning) => bytes.includes(beginning))) return undefined;
  const text = bytes.toString('latin1');
  const masked = replaceSecrets(text, (open, secret) => open + '*'.repeat(secret.length));
  return masked === text ? undefined : Buffer.from(masked, 'latin1');
}

/** Fewest letters of a secret that are taken for one behind a public id, and behind a prefix alone. */
const minSecretLetters = 8;
const minLettersAfterPrefix = 40;
const minTokenLetters = 16;

/** `open`: prefix and public id; what follows them is the secret. */
function replaceSecrets(text: string, replacement: (open: string, secret: string) => string): string {
  const beginning = /gr[a-z]{1,2}_/g;
  const withId = /(gr[a-z]{1,2}_[0-9A-Za-z]{10,12}_)[0-9A-Za-z]{8}/y;
  const wordEnd = endOfRun(/[^0-9A-Za-z_]/g);
  const tokenEnd = endOfRun(/[^0-9A-Za-z_-]/g);
  const parts: string[] = [];
  let done = 0;
  const withhold = (start: number, openLength: number, end: number): void => {
    const open = text.slice(start, start + openLength);
    parts.push(text.slice(done, start), replacement(open, text.slice(start + openLength, end)));
    done = end;
  };
  for (let found = beginning.exec(text); found !== null; found = beginning.exec(text)) {
    const { index: start, 0: prefix } = found;
    const signatureEnd =
      prefix === 'grt_' || prefix === 'grj_' ? endOfSignature(text, start, tokenEnd) : undefined;
    const end = signatureEnd ?? wordEnd(text, start);
    withId.lastIndex = start;
    const open = withId.exec(text)?.[1];
    if (signatureEnd === undefined && open !== undefined) withhold(start, open.length, end);
    else if (signatureEnd !== undefined || end - start - prefix.length >= minLettersAfterPrefix) {
      withhold(start, prefix.length, end);
    }
    beginning.lastIndex = Math.max(beginning.lastIndex, done);
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(done);
}

type RunEnd = (text: string, from: number) => number;

/** Of an access token or a ticket that begins here: `grt_<claims>.<signature>`. */
function endOfSignature(text: string, start: number, tokenEnd: RunEnd): number | undefined {
  const dot = tokenEnd(text, start);
  if (text[dot] !== '.' || dot - start < minTokenLetters) return undefined;
  const end = tokenEnd(text, dot + 1);
  return end - dot > minSecretLetters ? end : undefined;
}

/** Where the run of letters around a place ends. Remembered: many beginnings may stand in one run. */
function endOfRun(end: RegExp): RunEnd {
  let known = { from: 0, to: -1 };
  return (text, from) => {
    if (from < known.from || from > known.to) {
      end.lastIndex = from;
      known = { from, to: end.exec(text)?.index ?? text.length };
    }
    return known.to;
  };
}
