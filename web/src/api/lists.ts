import { infiniteQueryOptions, type QueryKey } from '@tanstack/react-query';

export interface Page<Item> {
  readonly items: Item[];
  readonly next: string | null;
}

/** Rows asked for at a time: two screens of the largest monitor. */
export const pageSize = 100;

/** A list that grows page by page, by the cursor of the page before. */
export function listOptions<Item>(
  queryKey: QueryKey,
  load: (page: { limit: number; after?: string }) => Promise<Page<Item>>,
) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam }) => load({ limit: pageSize, ...(pageParam === '' ? {} : { after: pageParam }) }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}

/** Every item of a list that has an end a console can hold, such as entities (20,000 at most) or keys. */
export async function loadAll<Item>(
  load: (page: { limit: number; after?: string }) => Promise<Page<Item>>,
): Promise<Item[]> {
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
