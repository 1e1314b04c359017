import { Center, EmptyState, Loader } from '@mantine/core';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { type ReactNode, useCallback, useMemo } from 'react';
import type { Page } from '../api/lists';
import { useTexts } from '../texts/texts';
import { ProblemAlert } from './problem-alert';
import { type Column, VirtualTable } from './virtual-table';

export type { Column } from './virtual-table';

interface EndlessTableProps<Item> {
  readonly label: string;
  readonly query: UseInfiniteQueryResult<InfiniteData<Page<Item>>>;
  readonly columns: readonly Column<Item>[];
  readonly keyOf: (item: Item) => string;
  readonly empty: { readonly title: string; readonly text?: ReactNode; readonly action?: ReactNode };
  readonly height?: number | string;
  readonly minWidth?: number;
}

/** A list of any length: the next page is fetched before the rows of the last one are in sight. */
export function EndlessTable<Item>({ query, empty, ...table }: EndlessTableProps<Item>) {
  const { t } = useTexts();
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  if (query.data === undefined && query.error !== null) {
    return <ProblemAlert error={query.error} retry={() => void query.refetch()} />;
  }
  if (query.data === undefined) {
    return (
      <Center h={200}>
        <Loader aria-label={t('common.loading')} />
      </Center>
    );
  }
  if (items.length === 0) {
    return (
      <EmptyState title={empty.title} description={empty.text} py="xl">
        {empty.action}
      </EmptyState>
    );
  }
  const status = isFetchingNextPage
    ? t('common.more')
    : t(hasNextPage ? 'common.loadedSoFar' : 'common.loaded', { count: items.length });
  return <VirtualTable {...table} items={items} status={status} onNearEnd={loadMore} />;
}
