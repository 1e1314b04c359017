import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * GLPI's two APIs, as far as Gatehouse asks them: `apirest.php` of 10 and 11, and `api.php/v2` of 11. Paths, headers,
 * status codes, error codes and shapes are those of GLPI's source and of its `apirest.md`; texts are our own.
 */
export interface FakeGlpiApi {
  readonly url: string;
  readonly state: FakeState;
  /** Method, path with query, and headers, as they came. */
  readonly requests: readonly {
    method: string;
    path: string;
    headers: http.IncomingHttpHeaders;
    body: string;
  }[];
  close(): Promise<void>;
}

export interface FakeState {
  userToken: string;
  /** Empty: API clients need none. */
  appToken: string;
  clientId: string;
  clientSecret: string;
  user: { name: string; password: string };
  entities: Row[];
  agents: Row[];
  /** By itemtype. */
  items: Record<string, Row[]>;
  refused: Row[];
  /** The API has agents only from 2.3 on. */
  hasAgentsInV2: boolean;
  /** Itemtypes that the profile may not read. */
  forbidden: string[];
  /** Searches with this in them are answered with 500. */
  failsOn?: string | undefined;
  mode:
    | 'normal'
    | 'maintenance'
    | 'database-down'
    | 'disabled'
    | 'hangs'
    | 'resets'
    | 'half'
    | 'huge'
    | 'redirects';
  /** Called before each page of a list: GLPI changes while it is read. */
  onPage?: ((start: number) => void) | undefined;
}

export type Row = Record<string, unknown>;

export async function startFakeGlpiApi(over: Partial<FakeState> = {}): Promise<FakeGlpiApi> {
  const state: FakeState = {
    userToken: randomBytes(20).toString('hex'),
    appToken: randomBytes(20).toString('hex'),
    clientId: randomBytes(32).toString('hex'),
    clientSecret: randomBytes(32).toString('hex'),
    user: { name: 'gatehouse', password: randomBytes(12).toString('hex') },
    entities: [entityRow(0, null, 'Root entity')],
    agents: [],
    items: {},
    refused: [],
    hasAgentsInV2: true,
    forbidden: [],
    mode: 'normal',
    ...over,
  };
  const requests: FakeGlpiApi['requests'][number][] = [];
  const sessions = new Set<string>();
  const tokens = new Set<string>();
  const server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString();
      const { method = '', url: path = '', headers } = request;
      requests.push({ method, path, headers, body });
      if (misbehaves(state, request, response)) return;
      if (state.failsOn !== undefined && path.includes(state.failsOn)) {
        response.writeHead(500, { 'content-type': 'application/json' }).end('["ERROR_SQL",""]');
        return;
      }
      const target = new URL(path, 'http://fake');
      const asked = { method, path: target.pathname, query: target.searchParams, headers, body };
      const answer = target.pathname.startsWith('/glpi/apirest.php')
        ? legacyAnswer(state, sessions, asked)
        : highLevelAnswer(state, tokens, asked);
      response.writeHead(answer.status, {
        ...(answer.body === undefined ? {} : { 'content-type': 'application/json; charset=UTF-8' }),
        ...answer.headers,
      });
      response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/glpi`,
    state,
    requests,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const textOf = (column: unknown): string =>
  typeof column === 'string' || typeof column === 'number' ? String(column) : '';

/** A row of `glpi_entities`: of its hundred columns those that Gatehouse reads, and some that it must not mind. */
export function entityRow(id: number, parent: number | null, name: string, tag: string | null = null): Row {
  return {
    id,
    name,
    entities_id: id === 0 ? -1 : parent,
    completename: name,
    comment: null,
    level: 1,
    sons_cache: null,
    ancestors_cache: '{}',
    tag,
    authldaps_id: 0,
    delay_send_emails: -2,
  };
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

function misbehaves(state: FakeState, request: http.IncomingMessage, response: http.ServerResponse): boolean {
  const page = (text: string): true => {
    response.writeHead(200, { 'content-type': 'text/html; charset=UTF-8' });
    response.end(`<!DOCTYPE html><html><body>${text}</body></html>`);
    return true;
  };
  switch (state.mode) {
    case 'normal':
    case 'disabled':
      return false;
    case 'maintenance':
      return page('Service is down for maintenance. It will be back shortly.');
    case 'database-down':
      return page('Mysql Error');
    case 'hangs':
      return true;
    case 'resets':
      request.socket.destroy();
      return true;
    case 'half':
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"session_token":');
      setTimeout(() => request.socket.destroy(), 20);
      return true;
    case 'huge':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ session_token: 'x'.repeat(2_000_000) }));
      return true;
    case 'redirects':
      response.writeHead(302, { location: 'http://127.0.0.1:1/elsewhere' });
      response.end();
      return true;
  }
}

function legacyAnswer(state: FakeState, sessions: Set<string>, asked: Asked): Answer {
  const { headers, query } = asked;
  const error = (status: number, code: string): Answer => ({ status, body: [code, `what ${code} means`] });
  const [resource = '', id] = asked.path.slice('/glpi/apirest.php/'.length).split('/');
  if (state.mode === 'disabled') return error(400, 'ERROR');
  if (state.appToken !== '' && headers['app-token'] === undefined)
    return error(400, 'ERROR_APP_TOKEN_PARAMETERS_MISSING');
  if (state.appToken !== '' && headers['app-token'] !== state.appToken)
    return error(400, 'ERROR_WRONG_APP_TOKEN_PARAMETER');
  if (resource === 'initSession') {
    const authorization = headers.authorization ?? '';
    if (!authorization.startsWith('user_token ')) return error(400, 'ERROR_LOGIN_PARAMETERS_MISSING');
    if (authorization !== `user_token ${state.userToken}`) return error(401, 'ERROR_GLPI_LOGIN_USER_TOKEN');
    const token = randomBytes(13).toString('hex');
    sessions.add(token);
    return { status: 200, body: { session_token: token } };
  }
  const session = String(headers['session-token'] ?? '');
  if (session === '') return error(400, 'ERROR_SESSION_TOKEN_MISSING');
  if (!sessions.has(session)) return error(401, 'ERROR_SESSION_TOKEN_INVALID');
  if (resource === 'killSession') {
    sessions.delete(session);
    return { status: 200, body: true };
  }
  if (resource === 'changeActiveEntities') return { status: 200, body: true };
  const rows = rowsOf(state, resource);
  if (rows === undefined) return error(400, 'ERROR_RESOURCE_NOT_FOUND_NOR_COMMONDBTM');
  if (state.forbidden.includes(resource)) return error(403, 'ERROR_RIGHT_MISSING');
  if (id !== undefined && id !== '') {
    const row = rows.find((one) => String(one.id) === id);
    return row === undefined ? error(404, 'ERROR_ITEM_NOT_FOUND') : { status: 200, body: row };
  }
  state.onPage?.(Number((query.get('range') ?? '0').split('-')[0]));
  const found = rows.filter((row) =>
    [...query].every(([name, value]) => {
      const field = /^searchText\[(\w+)\]$/.exec(name)?.[1];
      if (field === undefined) return true;
      const text = textOf(row[field]).toLowerCase();
      const sought = value.replace(/^\^|\$$/g, '').toLowerCase();
      return value.startsWith('^') && value.endsWith('$') ? text === sought : text.includes(sought);
    }),
  );
  if (query.get('order') === 'DESC') found.reverse();
  const [start = 0, end = 49] = (query.get('range') ?? '0-49').split('-').map(Number);
  if (start > found.length) return error(400, 'ERROR_RANGE_EXCEED_TOTAL');
  const last = Math.min(end, found.length - 1);
  return {
    status: last - start + 1 < found.length ? 206 : 200,
    body: found.slice(start, end + 1),
    headers: {
      'accept-range': `${resource} 990`,
      ...(found.length > 0 ? { 'content-range': `${start}-${last}/${found.length}` } : {}),
    },
  };
}

function rowsOf(state: FakeState, itemtype: string): Row[] | undefined {
  if (itemtype === 'Entity') return state.entities;
  if (itemtype === 'Agent') return state.agents;
  if (itemtype === 'RefusedEquipment') return state.refused;
  return (
    state.items[itemtype] ??
    (/^(Computer|Phone|Printer|NetworkEquipment|Unmanaged)$/.test(itemtype) ? [] : undefined)
  );
}

function highLevelAnswer(state: FakeState, tokens: Set<string>, asked: Asked): Answer {
  const { headers, query } = asked;
  const path = asked.path.replace(/^\/glpi\/api\.php/, '');
  if (path === '/token') return tokenAnswer(state, tokens, asked);
  if (state.mode === 'disabled') {
    return {
      status: 403,
      body: {
        status: 'ERROR_RIGHT_MISSING',
        title: "You don't have permission to perform this action.",
        detail: 'The High-Level API is disabled',
      },
    };
  }
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  if (token !== '' && !tokens.has(token)) {
    return {
      status: 400,
      body: { status: 'ERROR_INVALID_PARAMETER', title: 'Invalid OAuth token', detail: null },
    };
  }
  if (token === '')
    return { status: 401, body: { title: 'You are not authenticated', status: 'ERROR_UNAUTHENTICATED' } };
  const [, area = '', itemtype = '', id] = path.replace(/^\/v2(\.\d)?/, '').split('/');
  const isThere =
    (area === 'Administration' && itemtype === 'Entity') ||
    (area === 'Inventory' && itemtype === 'Agent' && state.hasAgentsInV2) ||
    area === 'Assets';
  const rows = isThere ? rowsOf(state, itemtype) : undefined;
  if (rows === undefined) return { status: 404 };
  if (state.forbidden.includes(itemtype)) {
    return {
      status: 403,
      body: {
        status: 'ERROR_RIGHT_MISSING',
        title: "You don't have permission to perform this action.",
        detail: null,
      },
    };
  }
  state.onPage?.(Number(query.get('start') ?? 0));
  const shown = rows.map((row) => highLevelRow(state, itemtype, row));
  if (id !== undefined) {
    const row = shown.find((one) => String(one.id) === id);
    return row === undefined
      ? { status: 404, body: { status: 'ERROR_ITEM_NOT_FOUND' } }
      : { status: 200, body: row };
  }
  const found = shown.filter((row) => fits(row, query.get('filter') ?? ''));
  const start = Number(query.get('start') ?? 0);
  const limit = Number(query.get('limit') ?? 100);
  const end = start + limit - 1 > found.length ? found.length - 1 : start + limit - 1;
  return {
    status: start + limit < found.length ? 206 : 200,
    body: found.slice(start, start + limit),
    headers: { 'content-range': `${start}-${end}/${found.length}` },
  };
}

/** In RSQL as Gatehouse writes it: `field=="value"`, joined by `;`. */
function fits(row: Row, filter: string): boolean {
  if (filter === '') return true;
  return filter.split(/;(?=\w+==)/).every((part) => {
    const [, field = '', value = ''] = /^(\w+)=="([^"]*)"$/.exec(part) ?? [];
    return textOf(row[field]).toLowerCase() === value.toLowerCase() && field !== '';
  });
}

function highLevelRow(state: FakeState, itemtype: string, row: Row): Row {
  if (itemtype === 'Agent') return row;
  const parentId = row.entities_id;
  const parent = state.entities.find(({ id }) => id === parentId);
  const named = parent === undefined ? null : { id: parent.id, name: parent.name };
  if (itemtype !== 'Entity') return { ...row, entity: named, entities_id: undefined };
  const { id, name, completename, level } = row;
  return { id, name, comment: null, completename, parent: named, level };
}

function tokenAnswer(state: FakeState, tokens: Set<string>, { body }: Asked): Answer {
  const asked = JSON.parse(body) as Record<string, string>;
  if (asked.client_id !== state.clientId || asked.client_secret !== state.clientSecret) {
    return {
      status: 401,
      body: { error: 'invalid_client', error_description: 'Client authentication failed' },
    };
  }
  if (asked.grant_type !== 'password') {
    return {
      status: 400,
      body: { error: 'unsupported_grant_type', error_description: 'not by this server' },
    };
  }
  if (asked.username !== state.user.name || asked.password !== state.user.password) {
    return {
      status: 400,
      body: { error: 'invalid_grant', error_description: 'The user credentials were incorrect.' },
    };
  }
  const token = randomBytes(40).toString('base64url');
  tokens.add(token);
  return {
    status: 200,
    body: { token_type: 'Bearer', expires_in: 3600, access_token: token, refresh_token: 'r' },
  };
}
