/** What a normaliser says: the value in the form in which it is compared, or why it identifies nothing. */
export type Normalised = { readonly value: string } | { readonly why: string };

export const counts = (value: string): Normalised => ({ value });
export const junk = (why: string): Normalised => ({ why });
