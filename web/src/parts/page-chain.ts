import type { Page } from '../api/lists';

/** What is known of a list's pages. Rows themselves are not kept here: of a million rows these are 10,000 short texts. */
export interface PageChain {
  /** Where each page begins that is known of. */
  readonly cursors: readonly string[];
  /** Rows of the whole list; undefined until its last page was seen. */
  readonly total: number | undefined;
  /** There are more than have a place in the table. */
  readonly isCut?: boolean;
}

export const firstPage: PageChain = { cursors: [''], total: undefined };

/**
 * Browsers make no element higher than 17 million pixels; whoever has scrolled through so many rows looks for something
 * that a filter finds.
 */
export const maxPages = 3000;

/**
 * With what the page at `index`, asked for by `cursor`, says of the next one. If that is another than before, rows came
 * or went, and what follows is found anew.
 */
export function learnt(
  chain: PageChain,
  { index, cursor, page }: { readonly index: number; readonly cursor: string; readonly page: Page<unknown> },
  size: number,
): PageChain {
  if (chain.cursors[index] !== cursor) return chain;
  const cursors = chain.cursors.slice(0, index + 1);
  const isCut = page.next !== null && cursors.length >= maxPages;
  if (page.next !== null && !isCut) {
    return chain.cursors[index + 1] === page.next
      ? chain
      : { cursors: [...cursors, page.next], total: undefined };
  }
  const total = index * size + page.items.length;
  const isKnown = chain.total === total && chain.cursors.length === cursors.length;
  return isKnown ? chain : { cursors, total, isCut };
}

/** Rows that have a place in the table: those of the page that is known to come, too. */
export function countRows({ cursors, total }: PageChain, size: number): number {
  return total ?? cursors.length * size;
}

export interface Range {
  readonly first: number;
  readonly last: number;
}

export interface Shown extends Range {
  /** Rows it went on by since the frame before; backwards below 0. */
  readonly moved: number;
}

/** Rows beside those in sight that are loaded before they are. */
const ahead = 30;
/** While one scrolls fast, so many frames more on that side: so long does a page take to come. */
const framesAhead = 12;
/** A bar that is dragged far goes past most rows. */
export const maxAhead = 500;

/** Pages that rows stand on, and some before and after them. */
export function pagesOf({ first, last, moved }: Shown, size: number, { cursors }: PageChain): Range {
  const pageAt = (row: number): number => Math.min(cursors.length - 1, Math.max(0, Math.floor(row / size)));
  const coming = Math.min(maxAhead, ahead + Math.abs(moved) * framesAhead);
  return {
    first: pageAt(first - (moved < 0 ? coming : ahead)),
    last: pageAt(last + (moved > 0 ? coming : ahead)),
  };
}
