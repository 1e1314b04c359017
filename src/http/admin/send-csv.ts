import { once } from 'node:events';
import type { Response } from 'express';
import { maxPageItems, type Page } from '../../admin/page';
import { csvLine } from './csv';

type Item = Readonly<Record<string, unknown>>;

/**
 * Streams every page of a list as CSV: memory holds one page, whatever the length of the list. The first page is
 * fetched before anything is sent, so that its problems can still be answered as such; a fault later breaks the
 * connection off, since the status is gone by then.
 */
export async function sendCsv(
  response: Response,
  fileName: string,
  columns: readonly string[],
  pageAfter: (after: string | undefined, limit: number) => Promise<Page<Item>>,
): Promise<void> {
  let page = await pageAfter(undefined, maxPageItems);
  response.status(200);
  response.setHeader('Content-Type', 'text/csv; charset=utf-8; header=present');
  response.setHeader('Content-Disposition', `attachment; filename="${fileName}.csv"`);
  if (response.req.method === 'HEAD') {
    response.end();
    return;
  }
  response.write(csvLine(columns));
  for (;;) {
    const lines = page.items.map((item) => csvLine(columns.map((column) => item[column]))).join('');
    if (lines !== '' && !response.write(lines)) await drained(response);
    if (page.next === null || response.destroyed) break;
    page = await pageAfter(page.next, maxPageItems);
  }
  response.end();
}

/** A reader that went away never drains. */
export async function drained(response: Response): Promise<void> {
  if (response.destroyed) return;
  const gone = new AbortController();
  const isOver = Promise.race([
    once(response, 'drain', { signal: gone.signal }),
    once(response, 'close', { signal: gone.signal }),
  ]);
  await isOver.finally(() => {
    gone.abort();
  });
}
