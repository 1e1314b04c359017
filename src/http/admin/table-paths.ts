import type { RequestHandler } from 'express';
import type { AdminRoute } from './admin-route';
import { tableTypes, type TableFormat } from './send-table';

/**
 * `/assets.xlsx` is `/assets` with the type of the ending asked for: links of a page cannot say `Accept`. Nothing but
 * lists has such a name.
 */
export function tablePaths(routes: readonly AdminRoute[]): RequestHandler {
  const lists = routes
    .filter(({ item }) => item !== undefined)
    .map(({ path }) => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`));
  return (request, _response, next) => {
    const [, path = '', format, query = ''] = /^([^?]*)\.(csv|xlsx)(\?.*)?$/s.exec(request.url) ?? [];
    if (format !== undefined && lists.some((list) => list.test(path))) {
      request.url = path + query;
      request.headers.accept = tableTypes[format as TableFormat];
    }
    next();
  };
}
