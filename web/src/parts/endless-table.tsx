import { Box, Center, EmptyState, Loader, Table, Text } from '@mantine/core';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import type { Page } from '../api/lists';
import { useTexts } from '../texts/texts';
import classes from './endless-table.module.css';
import { ProblemAlert } from './problem-alert';

export interface Column<Item> {
  readonly id: string;
  readonly header: ReactNode;
  readonly cell: (item: Item) => ReactNode;
  /** Of the table; a number is pixels. Left out: an equal part of what is left. */
  readonly width?: number | string;
  /** Left out on a phone. */
  readonly wideOnly?: boolean;
}

interface EndlessTableProps<Item> {
  readonly label: string;
  readonly query: UseInfiniteQueryResult<InfiniteData<Page<Item>>>;
  readonly columns: readonly Column<Item>[];
  readonly keyOf: (item: Item) => string;
  readonly empty: { readonly title: string; readonly text?: ReactNode; readonly action?: ReactNode };
  /** Of the scrolling part; left out: what the window has left. */
  readonly height?: number | string;
  readonly minWidth?: number;
}

const rowHeightPx = 44;
/** Rows before the end of what is loaded at which the next page is asked for. */
const ahead = 30;

/** A list of any length: only the rows in sight are in the page, and the next ones are fetched before they are. */
export function EndlessTable<Item>(props: EndlessTableProps<Item>) {
  const { query, columns, keyOf, empty, label, height = 'calc(100dvh - 260px)', minWidth = 720 } = props;
  const { t } = useTexts();
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: 12,
    getItemKey: (index) => keyOf(items[index] as Item),
  });
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && last >= items.length - ahead) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, last, items.length]);

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
      <EmptyState title={empty.title} description={empty.text}>
        {empty.action}
      </EmptyState>
    );
  }
  const before = shown[0]?.start ?? 0;
  const after = rows.getTotalSize() - (shown.at(-1)?.end ?? 0);
  return (
    <Box>
      <Box
        ref={scroller}
        className={classes.scroller}
        mah={height}
        tabIndex={0}
        role="region"
        aria-label={label}
      >
        <Table stickyHeader highlightOnHover miw={minWidth} layout="fixed" aria-rowcount={items.length + 1}>
          <Head columns={columns} />
          <Table.Tbody>
            <Gap height={before} />
            {shown.map(({ index, key }) => (
              <Table.Tr key={key} aria-rowindex={index + 2} h={rowHeightPx}>
                {columns.map(({ id, cell }) => (
                  <Table.Td key={id} className={classes.cell}>
                    {cell(items[index] as Item)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
            <Gap height={after} />
          </Table.Tbody>
        </Table>
      </Box>
      <Text size="xs" c="dimmed" mt="xs" aria-live="polite">
        {isFetchingNextPage
          ? t('common.more')
          : t(hasNextPage ? 'common.loadedSoFar' : 'common.loaded', { count: items.length })}
      </Text>
    </Box>
  );
}

function Head<Item>({ columns }: { readonly columns: readonly Column<Item>[] }) {
  return (
    <Table.Thead>
      <Table.Tr>
        {columns.map(({ id, header, width }) => (
          <Table.Th key={id} w={width} scope="col">
            {header}
          </Table.Th>
        ))}
      </Table.Tr>
    </Table.Thead>
  );
}

/** Stands for the rows that are not in the page. */
function Gap({ height }: { readonly height: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden>
      <td style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}
