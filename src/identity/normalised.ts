/**
 * What a normaliser says: the value in the form in which it is compared, or why it identifies nothing. `filler`: the form
 * in which it would be compared, should an admin allow it; left out where nothing can make an identifier of it.
 */
export type Normalised =
  { readonly value: string } | { readonly why: string; readonly filler?: string | undefined };

export const counts = (value: string): Normalised => ({ value });
export const junk = (why: string, filler?: string): Normalised =>
  filler === undefined ? { why } : { why, filler };
