import { Box, Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, memo, type ReactNode, useEffect, useRef } from 'react';
import classes from './virtual-table.module.css';

export interface Column<Item> {
  readonly id: string;
  readonly header: ReactNode;
  readonly cell: (item: Item) => ReactNode;
  /** Of the table; a number is pixels. Left out: an equal part of what is left. */
  readonly width?: number | string;
}

interface VirtualTableProps<Item> {
  readonly label: string;
  readonly count: number;
  /** Undefined: it is on its way, and its row stays empty. */
  readonly rowAt: (index: number) => Item | undefined;
  readonly columns: readonly Column<Item>[];
  readonly keyOf: (item: Item, index: number) => string;
  /** Of the scrolling part; left out: what the window has left. */
  readonly height?: number | string | undefined;
  readonly minWidth?: number | undefined;
  /** One line below the table. */
  readonly status: string;
  /** Told which rows are in sight. */
  readonly onShown?: (rows: { readonly first: number; readonly last: number }) => void;
}

const rowHeightPx = 44;
/** Rows in the page beside those in sight. */
const overscan = 8;

/**
 * A table of which only the rows in sight are in the page. Its roles are said, as elements of a table that are not laid
 * out as one lose theirs.
 */
export function VirtualTable<Item>(props: VirtualTableProps<Item>) {
  const {
    count,
    rowAt,
    columns,
    keyOf,
    label,
    height = 'calc(100dvh - 260px)',
    minWidth = 720,
    status,
    onShown,
  } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan,
  });
  const shown = rows.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    onShown?.({ first, last });
  }, [first, last, onShown]);
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
        <table
          role="table"
          className={classes.table}
          style={{ minWidth, '--columns': tracksOf(columns) } as CSSProperties}
          aria-rowcount={count + 1}
        >
          <Head columns={columns} />
          <tbody
            role="rowgroup"
            className={classes.body}
            style={{ height: rows.getTotalSize(), paddingTop: shown[0]?.start ?? 0 }}
          >
            {shown.map(({ index }) => {
              const item = rowAt(index);
              const key = item === undefined ? `row ${index}` : keyOf(item, index);
              return <Row key={key} index={index} item={item} columns={columns} />;
            })}
          </tbody>
        </table>
      </Box>
      <Text size="xs" c="dimmed" mt="xs" aria-live="polite">
        {status}
      </Text>
    </Box>
  );
}

interface RowProps<Item> {
  readonly index: number;
  readonly item: Item | undefined;
  readonly columns: readonly Column<Item>[];
}

function RowOf<Item>({ index, item, columns }: RowProps<Item>) {
  return (
    <tr role="row" className={classes.row} aria-rowindex={index + 2}>
      {columns.map(({ id, cell }) => (
        <td key={id} role="cell" className={classes.cell}>
          {item === undefined ? null : cell(item)}
        </td>
      ))}
    </tr>
  );
}

/** Of some 40 rows, one or two come into sight with each frame: the others are not drawn again. */
const Row = memo(RowOf) as typeof RowOf;

function Head<Item>({ columns }: { readonly columns: readonly Column<Item>[] }) {
  return (
    <thead role="rowgroup" className={classes.head}>
      <tr role="row" className={classes.headRow} aria-rowindex={1}>
        {columns.map(({ id, header }) => (
          <th key={id} role="columnheader" scope="col">
            {header}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function tracksOf<Item>(columns: readonly Column<Item>[]): string {
  const trackOf = (width: number | string = '1fr'): string =>
    typeof width === 'number' ? `${width}px` : `minmax(0, ${width})`;
  return columns.map(({ width }) => trackOf(width)).join(' ');
}
