/**
 * What is read off the database while somebody scrapes waits no longer than this: the database may be locked or hang, and
 * then the other metrics are needed most.
 */
export const maxReadMs = 1000;

/** Undefined when it failed, or takes longer than `maxReadMs`: /readyz says how the database is. */
export async function inTime<T>(reading: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, maxReadMs, undefined);
  });
  const read = reading.catch(() => undefined);
  const first = await Promise.race([read, late]);
  clearTimeout(timer);
  return first;
}
