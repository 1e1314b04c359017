import { infiniteQueryOptions, type QueryKey } from '@tanstack/react-query';

export interface Page<Item> {
  readonly items: Item[];
  readonly next: string | null;
}

/** Rows asked for at a time: two screens of the largest monitor. */
export const pageSize = 100;

type Load<Item> = (page: { limit: number; after?: string }) => Promise<Page<Item>>;

/** A list of any length, for a table that loads what is in sight. */
export interface List<Item> {
  readonly queryKey: QueryKey;
  /** The page after a cursor; the first one after ''. */
  readonly loadPage: (cursor: string) => Promise<Page<Item>>;
}

/** A list by pages. As options of an infinite query it is for the first few of them: that one keeps what it loads. */
export function listOptions<Item>(queryKey: QueryKey, load: Load<Item>) {
  const loadPage = (cursor: string): Promise<Page<Item>> =>
    load({ limit: pageSize, ...(cursor === '' ? {} : { after: cursor }) });
  const options = infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam }) => loadPage(pageParam),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  return { ...options, loadPage };
}

/** Every item of a list that has an end a console can hold, such as entities (20,000 at most) or keys. */
export async function loadAll<Item>(load: Load<Item>): Promise<Item[]> {
  const items: Item[] = [];
  let after: string | undefined;
  do {
    const page = await load({ limit: 500, ...(after === undefined ? {} : { after }) });
    items.push(...page.items);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return items;
}

/** Filters that are not set are not sent. */
export function given<Filters extends object>(filters: Filters): Filters {
  return Object.fromEntries(
    Object.entries(filters).filter(([, value]) => value !== undefined && value !== ''),
  ) as Filters;
}
