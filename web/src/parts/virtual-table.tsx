import { Box, Table, Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';
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
  readonly items: readonly Item[];
  readonly columns: readonly Column<Item>[];
  readonly keyOf: (item: Item) => string;
  /** Of the scrolling part; left out: what the window has left. */
  readonly height?: number | string | undefined;
  readonly minWidth?: number | undefined;
  /** One line below the table. */
  readonly status: string;
  readonly onNearEnd?: () => void;
}

const rowHeightPx = 44;
/** Rows before the end of what is loaded at which more is asked for. */
const ahead = 30;

/** A table of which only the rows in sight are in the page. */
export function VirtualTable<Item>(props: VirtualTableProps<Item>) {
  const {
    items,
    columns,
    keyOf,
    label,
    height = 'calc(100dvh - 260px)',
    minWidth = 720,
    status,
    onNearEnd,
  } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: 12,
    getItemKey: (index) => keyOf(items[index] as Item),
  });
  const shown = rows.getVirtualItems();
  const isNearEnd = (shown.at(-1)?.index ?? 0) >= items.length - ahead;
  useEffect(() => {
    if (isNearEnd) onNearEnd?.();
  }, [isNearEnd, onNearEnd, items.length]);
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
        {status}
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
