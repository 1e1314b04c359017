import { isJsonObject } from '../domain/inventory';
import type {
  AskedDevice,
  FoundItem,
  FoundRefusal,
  GlpiApi,
  GlpiApiCredentials,
  GlpiEntity,
  Refusal,
} from './glpi-api';
import { GlpiFault } from './glpi-fault';
import type { CallHttp, HttpAnswer, HttpCall } from './http-call';
import { idOf, jsonOf, notTheShape, type JsonObject } from './json-answer';
import { readWholeList } from './paged-list';
import { askable, criteriaFor, isSame } from './same-identity';

type LegacyCredentials = Extract<GlpiApiCredentials, { api: 'legacy' }>;

const root = '/apirest.php';
/** Rows that are looked at when one is sought. */
const soughtRows = 10;

/**
 * The API that GLPI has had since 9.1 and that GLPI 11 calls the legacy one (its `apirest.md`). Errors are JSON lists:
 * `["ERROR_CODE", "text"]`.
 */
export async function openLegacyApi(call: CallHttp, credentials: LegacyCredentials): Promise<GlpiApi> {
  const appToken = credentials.appToken === undefined ? {} : { 'app-token': credentials.appToken };
  const common = { 'content-type': 'application/json', ...appToken };
  const opened = readAnswer(
    await call({
      method: 'GET',
      path: `${root}/initSession?get_full_session=false`,
      headers: { ...common, authorization: `user_token ${credentials.userToken}` },
    }),
    'Session',
  );
  if (!isJsonObject(opened) || typeof opened.session_token !== 'string') throw notTheShape('Session');
  const headers = { ...common, 'session-token': opened.session_token };
  const ask = (path: string, more: Partial<HttpCall> = {}): Promise<HttpAnswer> =>
    call({ method: 'GET', path: root + path, headers, ...more });
  const close = async (): Promise<void> => {
    await ask('/killSession').catch(() => undefined);
  };
  try {
    // Else only what lies in the user's own entity would be seen, and all else would count as gone.
    const body = JSON.stringify({ entities_id: 'all', is_recursive: true });
    readAnswer(await ask('/changeActiveEntities', { method: 'POST', body }), 'Active entities');
  } catch (error) {
    await close();
    throw error;
  }
  return {
    version: undefined,
    listEntities: () => listEntities(ask),
    findItem: (asked) => findItem(ask, asked),
    findRefusal: (asked) => findRefusal(ask, asked),
    close,
  };
}

type Ask = (path: string, more?: Partial<HttpCall>) => Promise<HttpAnswer>;

function listEntities(ask: Ask): Promise<GlpiEntity[]> {
  return readWholeList(
    'Entities',
    async (start, end) => {
      const answer = await ask(`/Entity?range=${start}-${end}&sort=id&order=ASC&get_hateoas=false`);
      readAnswer(answer, 'Entities');
      return answer;
    },
    (row) => {
      const glpiId = isJsonObject(row) ? idOf(row.id) : undefined;
      if (!isJsonObject(row) || glpiId === undefined || typeof row.name !== 'string') return undefined;
      const tag = typeof row.tag === 'string' && row.tag.trim() !== '' ? row.tag.trim() : null;
      // The root's own parent is -1 in GLPI 10 and null in 11.
      return {
        glpiId,
        name: row.name,
        parentGlpiId: glpiId === 0 ? null : (idOf(row.entities_id) ?? null),
        tag,
      };
    },
  );
}

async function findItem(ask: Ask, asked: AskedDevice): Promise<FoundItem | undefined> {
  const byAgent = await findByAgent(ask, asked);
  if (byAgent !== undefined) return byAgent;
  for (const { by, fields } of criteriaFor(asked)) {
    const rows = await seek(ask, asked.itemtype, fields);
    const [only] = rows;
    // Several that look the same: GLPI itself would take any of them, so none is named.
    if (only !== undefined && rows.length === 1) return itemOf(asked.itemtype, only, by);
  }
  return undefined;
}

/** Only computers and phones have agents; the row of one whose inventory was refused names no item. */
async function findByAgent(ask: Ask, asked: AskedDevice): Promise<FoundItem | undefined> {
  const deviceid = askable(asked.deviceid);
  if (deviceid === undefined) return undefined;
  const [agent] = await seek(ask, 'Agent', { deviceid });
  const id = idOf(agent?.items_id);
  const itemtype = agent?.itemtype;
  if (id === undefined || id === 0 || itemtype !== asked.itemtype) return undefined;
  const row = readAnswer(await ask(`/${asked.itemtype}/${id}?get_hateoas=false`), asked.itemtype, [
    'ERROR_ITEM_NOT_FOUND',
  ]);
  return isJsonObject(row) ? itemOf(asked.itemtype, row, 'agent') : undefined;
}

function itemOf(itemtype: string, row: JsonObject, by: FoundItem['by']): FoundItem {
  const glpiId = idOf(row.id);
  if (glpiId === undefined) throw notTheShape(itemtype);
  return { itemtype, glpiId, entityGlpiId: idOf(row.entities_id), entityName: undefined, by };
}

async function findRefusal(ask: Ask, asked: AskedDevice): Promise<Refusal> {
  const fields = criteriaFor(asked)[0]?.fields;
  if (fields === undefined) return undefined;
  let rows: JsonObject[];
  try {
    rows = await seek(ask, 'RefusedEquipment', fields, '&sort=id&order=DESC&expand_dropdowns=true');
  } catch (error) {
    if (error instanceof GlpiFault && error.layer === 'rights') return 'unknown';
    throw error;
  }
  const row = rows.find(({ itemtype }) => itemtype === asked.itemtype);
  return row === undefined ? undefined : refusalOf(row);
}

function refusalOf(row: JsonObject): FoundRefusal {
  const text = (value: unknown): string | undefined =>
    (typeof value === 'string' && value !== '') || typeof value === 'number'
      ? String(value).slice(0, 255)
      : undefined;
  return {
    glpiId: idOf(row.id) ?? 0,
    at: text(row.date_creation),
    rule: text(row.rules_id),
    method: text(row.method),
  };
}

/** Rows whose fields are exactly these. GLPI's own search takes `^…$` for a whole value, but no way to quote in it. */
async function seek(
  ask: Ask,
  itemtype: string,
  fields: Readonly<Record<string, string>>,
  more = '',
): Promise<JsonObject[]> {
  const search = Object.entries(fields)
    .map(([field, value]) => `searchText[${field}]=${encodeURIComponent(`^${value}$`)}`)
    .join('&');
  const rows = readAnswer(
    await ask(`/${itemtype}?${search}&range=0-${soughtRows - 1}&get_hateoas=false${more}`),
    itemtype,
  );
  if (!Array.isArray(rows)) throw notTheShape(itemtype);
  return rows
    .filter(isJsonObject)
    .filter((row) => Object.entries(fields).every(([field, value]) => isSame(row[field], value)));
}

/** The answer, unless it is an error. `expected`: errors that mean only that there is nothing. */
function readAnswer(answer: HttpAnswer, what: string, expected: readonly string[] = []): unknown {
  const value = jsonOf(answer, what);
  if (answer.status === 200 || answer.status === 206) return value;
  const code = Array.isArray(value) && typeof value[0] === 'string' ? value[0] : '';
  if (expected.includes(code)) return undefined;
  throw faultOfCode(/^[A-Z_]{1,80}$/.test(code) ? code : '', answer.status, what);
}

function faultOfCode(code: string, status: number, what: string): GlpiFault {
  const said = `${what}: GLPI answered ${status}${code === '' ? '' : ` ${code}`}.`;
  if (code === 'ERROR_RIGHT_MISSING' || (code === '' && status === 403)) {
    return new GlpiFault(
      'rights',
      said,
      'Give the profile of the API user the right to read it, on all entities.',
    );
  }
  if (code === 'ERROR_NOT_ALLOWED_IP') {
    return new GlpiFault(
      'credentials',
      said,
      'Let the address of Gatehouse in: Setup > General > API, the API client and its range of addresses.',
    );
  }
  if (code.includes('APP_TOKEN')) {
    return new GlpiFault(
      'credentials',
      said,
      'Copy the app token of the API client again: Setup > General > API.',
    );
  }
  if (code.includes('LOGIN') || code.includes('SESSION') || status === 401) {
    return new GlpiFault(
      'credentials',
      said,
      'Copy the API token of the user again (its preferences, Remote access keys), and allow login with it: Setup > General > API.',
    );
  }
  return new GlpiFault('http', said, 'Is the API enabled: Setup > General > API? The logs of GLPI say more.');
}
