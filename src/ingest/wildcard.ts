/**
 * Whether a text fits a pattern in which `*` stands for any run of characters. Compared without case. No regular
 * expression is built: time is at most length × length, whatever an admin or an agent writes.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  const wanted = pattern.toLowerCase();
  const given = text.toLowerCase();
  let p = 0;
  let t = 0;
  /** Where to go on when what follows the last star did not fit: one character further. */
  let star = -1;
  let retry = 0;
  while (t < given.length) {
    if (wanted[p] === '*') {
      star = p++;
      retry = t;
    } else if (wanted[p] === given[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (wanted[p] === '*') p++;
  return p === wanted.length;
}
