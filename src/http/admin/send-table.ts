import type { Response } from 'express';
import { maxPageItems, type Page } from '../../admin/page';
import { csvLine } from './csv';
import { drained } from './drained';
import { openWorkbook, xlsxType } from './xlsx';
import { createZipWriter } from './zip-writer';

type Item = Readonly<Record<string, unknown>>;

/** A table on its way out. */
interface Sink {
  addRows(items: readonly Item[]): Promise<void>;
  end(): Promise<void>;
}

export type TableFormat = 'csv' | 'xlsx';

/** What a list is exported as, by the type that is asked for. */
export const tableTypes: Readonly<Record<TableFormat, string>> = { csv: 'text/csv', xlsx: xlsxType };

const contentTypes: typeof tableTypes = { csv: 'text/csv; charset=utf-8; header=present', xlsx: xlsxType };

/**
 * Streams every page of a list: memory holds one page, whatever the length of the list. The first page is
 * fetched before anything is sent, so that its problems can still be answered as such; a fault later breaks the
 * connection off, since the status is gone by then.
 */
export async function sendTable(
  response: Response,
  format: TableFormat,
  fileName: string,
  columns: readonly string[],
  pageAfter: (after: string | undefined, limit: number) => Promise<Page<Item>>,
): Promise<void> {
  let page = await pageAfter(undefined, maxPageItems);
  response.status(200);
  response.setHeader('Content-Type', contentTypes[format]);
  response.setHeader('Content-Disposition', `attachment; filename="${fileName}.${format}"`);
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  const sink = await openers[format](response, columns);
  for (;;) {
    await sink.addRows(page.items);
    if (page.next === null || response.destroyed) break;
    page = await pageAfter(page.next, maxPageItems);
  }
  if (!response.destroyed) await sink.end();
  response.end();
}

const openers: Readonly<
  Record<TableFormat, (response: Response, columns: readonly string[]) => Promise<Sink>>
> = {
  csv: (response, columns) => {
    response.write(csvLine(columns));
    return Promise.resolve({
      addRows: async (items) => {
        const lines = items.map((item) => csvLine(columns.map((column) => item[column]))).join('');
        if (lines !== '' && !response.write(lines)) await drained(response);
      },
      end: () => Promise.resolve(),
    });
  },
  xlsx: async (response, columns) => {
    const zip = createZipWriter(async (bytes) => {
      if (!response.destroyed && !response.write(bytes)) await drained(response);
    });
    const book = await openWorkbook(zip, columns);
    return {
      addRows: async (items) => {
        for (const item of items) await book.addRow(columns.map((column) => item[column]));
      },
      end: () => book.end(),
    };
  },
};
