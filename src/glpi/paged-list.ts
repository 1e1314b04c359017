import { entitiesPerPage, maxEntities } from './glpi-api';
import { GlpiFault } from './glpi-fault';
import type { HttpAnswer } from './http-call';
import { jsonOf, notTheShape, totalOf } from './json-answer';

/**
 * A whole list, page by page. Both APIs tell the total with each page; a list that changes meanwhile is not used, for
 * what is missing in it would count as gone.
 */
export async function readWholeList<T>(
  what: string,
  readPage: (start: number, end: number) => Promise<HttpAnswer>,
  readRow: (row: unknown) => T | undefined,
): Promise<T[]> {
  const items: T[] = [];
  for (let total: number | undefined; total === undefined || items.length < total;) {
    const answer = await readPage(items.length, items.length + entitiesPerPage - 1);
    const rows = jsonOf(answer, what);
    if (!Array.isArray(rows)) throw notTheShape(what);
    const told = totalOf(headerText(answer.headers['content-range'])) ?? (rows.length === 0 ? 0 : undefined);
    if (told === undefined) throw notTheShape(what);
    if (told > maxEntities) {
      throw new GlpiFault(
        'content',
        `${what}: GLPI has ${told}, more than ${maxEntities}.`,
        'Nothing was taken.',
      );
    }
    if ((total !== undefined && told !== total) || (rows.length === 0 && items.length < told))
      throw changed(what);
    total = told;
    for (const row of rows) {
      const item = readRow(row);
      if (item === undefined) throw notTheShape(what);
      items.push(item);
    }
    if (items.length > total) throw changed(what);
  }
  return items;
}

function changed(what: string): GlpiFault {
  return new GlpiFault(
    'http',
    `${what}: the list changed while it was read.`,
    'Nothing was taken. Try again.',
  );
}

export function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
