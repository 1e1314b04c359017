import { Center, EmptyState, Loader } from '@mantine/core';
import { hashKey } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type List, pageSize } from '../api/lists';
import { type TextOf, useTexts } from '../texts/texts';
import type { PageChain } from './page-chain';
import { ProblemAlert } from './problem-alert';
import { usePages } from './use-pages';
import { type Column, VirtualTable } from './virtual-table';

export type { Column } from './virtual-table';

interface EndlessTableProps<Item> {
  readonly label: string;
  readonly list: List<Item>;
  readonly columns: readonly Column<Item>[];
  readonly keyOf: (item: Item) => string;
  readonly empty: { readonly title: string; readonly text?: ReactNode; readonly action?: ReactNode };
  readonly height?: number | string;
  readonly minWidth?: number;
}

/** A list of any length, of which what is in sight is loaded, and a little more. Another list begins at its top. */
export function EndlessTable<Item>(props: EndlessTableProps<Item>) {
  return <TableOfList key={hashKey(props.list.queryKey)} {...props} />;
}

function TableOfList<Item>({ list, empty, ...table }: EndlessTableProps<Item>) {
  const { t } = useTexts();
  const pages = usePages(list);
  if (pages.isLoading && pages.error !== null)
    return <ProblemAlert error={pages.error} retry={pages.retry} />;
  if (pages.isLoading) {
    return (
      <Center h={200}>
        <Loader aria-label={t('common.loading')} />
      </Center>
    );
  }
  if (pages.isEmpty) {
    return (
      <EmptyState title={empty.title} description={empty.text} py="xl">
        {empty.action}
      </EmptyState>
    );
  }
  return (
    <>
      {pages.error === null ? null : <ProblemAlert error={pages.error} retry={pages.retry} />}
      <VirtualTable
        {...table}
        count={pages.count}
        rowAt={pages.rowAt}
        onShown={pages.onShown}
        status={statusOf(pages.chain, t)}
      />
    </>
  );
}

function statusOf({ cursors, total, isCut }: PageChain, t: TextOf): string {
  if (isCut === true) return t('common.firstRows', { count: total ?? 0 });
  return total === undefined
    ? t('common.loadedSoFar', { count: (cursors.length - 1) * pageSize })
    : t('common.loaded', { count: total });
}
