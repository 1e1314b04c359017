import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type List, type Page, pageSize } from '../api/lists';
import { countRows, firstPage, learnt, type PageChain, pagesOf, type Range, type Shown } from './page-chain';

/** Pages kept on each side of what is in sight; further ones are forgotten, and loaded again when they are in sight. */
const keptPages = 10;
/** What no table shows any more. */
const forgottenAfterMs = 60_000;

export interface Pages<Item> {
  /** Rows that have a place in the table. */
  readonly count: number;
  /** How the list is as far as it was seen. */
  readonly chain: PageChain;
  /** Undefined: on its way. */
  readonly rowAt: (index: number) => Item | undefined;
  readonly onShown: (rows: Range) => void;
  readonly isEmpty: boolean;
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** The pages of a list that are in sight. */
export function usePages<Item>(list: List<Item>): Pages<Item> {
  const [chain, setChain] = useState<PageChain>(firstPage);
  const [rows, setRows] = useState<Shown>({ first: 0, last: 0, moved: 0 });
  const wanted = pagesOf(rows, pageSize, chain);
  const indexes = Array.from({ length: wanted.last - wanted.first + 1 }, (_, place) => wanted.first + place);
  const queryOf = (index: number) => pageQuery(list, chain.cursors[index] ?? '');
  const queries = useQueries({ queries: indexes.map(queryOf) });
  const pages = queries.map(({ data }) => data);
  const now = pages.reduce<PageChain>((so, page, place) => {
    const index = wanted.first + place;
    const cursor = chain.cursors[index] ?? '';
    return page === undefined ? so : learnt(so, { index, cursor, page }, pageSize);
  }, chain);
  if (now !== chain) setChain(now);
  useForgetting(wanted, (index) => queryOf(index).queryKey);
  const onShown = useCallback((shown: Range) => {
    setRows((before) =>
      before.first === shown.first && before.last === shown.last
        ? before
        : { ...shown, moved: shown.first - before.first },
    );
  }, []);
  const failed = queries.find(({ error }) => error !== null);
  return {
    count: countRows(chain, pageSize),
    chain,
    rowAt: (index) => pageOf(pages, index, wanted.first)?.items[index % pageSize],
    onShown,
    isEmpty: chain.total === 0,
    isLoading: chain.total === undefined && chain.cursors.length === 1 && pages[0] === undefined,
    error: failed?.error ?? null,
    retry: () => {
      for (const query of queries) if (query.error !== null) void query.refetch();
    },
  };
}

/**
 * By itself, so that `queryFn` holds nothing else: a function of the component holds all that its other functions do,
 * the pages of the time before among them, and theirs those before (80 KB a page, for as long as the table was open).
 */
function pageQuery<Item>(list: List<Item>, cursor: string) {
  return {
    queryKey: [...list.queryKey, { after: cursor }],
    queryFn: () => list.loadPage(cursor),
    gcTime: forgottenAfterMs,
  };
}

function pageOf<Item>(pages: readonly (Page<Item> | undefined)[], row: number, first: number) {
  return pages[Math.floor(row / pageSize) - first];
}

/** Keeps memory the same however far is scrolled. */
function useForgetting(wanted: Range, keyOf: (index: number) => readonly unknown[]): void {
  const client = useQueryClient();
  const kept = useRef(new Map<number, readonly unknown[]>());
  useEffect(() => {
    for (let index = wanted.first; index <= wanted.last; index++) kept.current.set(index, keyOf(index));
    for (const [index, queryKey] of kept.current) {
      if (index >= wanted.first - keptPages && index <= wanted.last + keptPages) continue;
      client.removeQueries({ queryKey, exact: true, type: 'inactive' });
      kept.current.delete(index);
    }
  });
}
