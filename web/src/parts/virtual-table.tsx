import { Box, Table, Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, type ReactNode, useEffect, useRef } from 'react';
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
const overscan = 12;

/** A table of which only the rows in sight are in the page. */
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
        <Table stickyHeader highlightOnHover miw={minWidth} layout="fixed" aria-rowcount={count + 1}>
          <Head columns={columns} />
          <Table.Tbody>
            <Gap height={before} />
            {shown.map(({ index }) => {
              const item = rowAt(index);
              const key = item === undefined ? `row ${index}` : keyOf(item, index);
              return <Row key={key} index={index} item={item} columns={columns} />;
            })}
            <Gap height={after} />
          </Table.Tbody>
        </Table>
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
    <Table.Tr aria-rowindex={index + 2} h={rowHeightPx}>
      {columns.map(({ id, cell }) => (
        <Table.Td key={id} className={classes.cell}>
          {item === undefined ? null : cell(item)}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

/** Of some 40 rows, one or two come into sight with each frame: the others are not drawn again. */
const Row = memo(RowOf) as typeof RowOf;

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
