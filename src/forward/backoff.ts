/** Doubles from `firstMs` to `maxMs` with each try, and is spread over its second half, so that no two come together. */
export function backoffMs(
  tries: number,
  { firstMs, maxMs }: { readonly firstMs: number; readonly maxMs: number },
  random: () => number,
): number {
  const whole = Math.min(maxMs, firstMs * 2 ** Math.min(30, Math.max(0, tries - 1)));
  return Math.round(whole / 2 + (whole / 2) * random());
}

/** Between two tries of one inventory that the upstream failed on. */
export const retryWaits = { firstMs: 30_000, maxMs: 4 * 60 * 60_000 } as const;
/** Between two knocks at an upstream that is down: a request a minute costs it nothing, and all that waits goes on sooner. */
export const knockWaits = { firstMs: 5_000, maxMs: 60_000 } as const;
/** The same when a person has to act: a wrong URL, a refused credential. A wrong password must not lock an account. */
export const slowKnockWaits = { firstMs: 60_000, maxMs: 15 * 60_000 } as const;
