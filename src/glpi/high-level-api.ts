import { isJsonObject } from '../domain/inventory';
import type { AskedDevice, FoundItem, GlpiApi, GlpiApiCredentials, GlpiEntity } from './glpi-api';
import { GlpiFault } from './glpi-fault';
import type { CallHttp, HttpAnswer } from './http-call';
import { idOf, jsonOf, notTheShape, type JsonObject } from './json-answer';
import { readWholeList } from './paged-list';
import { askable, criteriaFor, isSame, type Criterion } from './same-identity';

type HighLevelCredentials = Extract<GlpiApiCredentials, { api: 'high-level' }>;

const root = '/api.php';
const soughtRows = 10;

/**
 * The API of GLPI 11 (`src/Glpi/Api/HL` of its source): OAuth2 at `/api.php/token`, lists with `filter` in RSQL, `start`
 * and `limit`, and a Content-Range. It knows no tags of entities and no refused equipment; agents from version 2.3 on.
 */
export async function openHighLevelApi(call: CallHttp, credentials: HighLevelCredentials): Promise<GlpiApi> {
  const token = await fetchToken(call, credentials);
  // Else only what lies in the user's own entity would be seen, and all else would count as gone. Without right on the
  // root GLPI keeps to what the user may see.
  const headers = { authorization: `Bearer ${token}`, 'glpi-entity': '0', 'glpi-entity-recursive': 'true' };
  const ask: Ask = (path) => call({ method: 'GET', path: `${root}/v2${path}`, headers });
  return {
    version: undefined,
    listEntities: () => listEntities(ask),
    findItem: (asked) => findItem(ask, asked),
    findRefusal: () => Promise.resolve('unknown' as const),
    // The token ends by itself; there is no session to end.
    close: () => Promise.resolve(),
  };
}

type Ask = (path: string) => Promise<HttpAnswer>;

async function fetchToken(
  call: CallHttp,
  { clientId, clientSecret, user }: HighLevelCredentials,
): Promise<string> {
  const grant =
    user === undefined
      ? { grant_type: 'client_credentials' }
      : { grant_type: 'password', username: user.name, password: user.password };
  const answer = await call({
    method: 'POST',
    path: `${root}/token`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...grant, client_id: clientId, client_secret: clientSecret, scope: 'api' }),
  });
  const told = jsonOf(answer, 'Access token');
  if (answer.status === 200 && isJsonObject(told) && typeof told.access_token === 'string')
    return told.access_token;
  const code =
    isJsonObject(told) && typeof told.error === 'string' && /^\w{1,60}$/.test(told.error) ? told.error : '';
  const said = `Access token: GLPI answered ${answer.status}${code === '' ? '' : ` ${code}`}.`;
  if (answer.status < 400 || answer.status >= 500) {
    throw new GlpiFault('http', said, 'Is the high-level API enabled: Setup > General > API?');
  }
  throw new GlpiFault(
    'credentials',
    said,
    code === 'invalid_grant'
      ? 'Check the name and password of the API user.'
      : 'Check id, secret, grant (password) and scope (api) of the client: Setup > OAuth clients.',
  );
}

function listEntities(ask: Ask): Promise<GlpiEntity[]> {
  return readWholeList(
    'Entities',
    async (start, end) => {
      const answer = await ask(`/Administration/Entity?start=${start}&limit=${end - start + 1}&sort=id`);
      readAnswer(answer, 'Entities');
      return answer;
    },
    (row) => {
      const glpiId = isJsonObject(row) ? idOf(row.id) : undefined;
      if (!isJsonObject(row) || glpiId === undefined || typeof row.name !== 'string') return undefined;
      const parent = isJsonObject(row.parent) ? idOf(row.parent.id) : undefined;
      return { glpiId, name: row.name, parentGlpiId: glpiId === 0 ? null : (parent ?? null), tag: undefined };
    },
  );
}

async function findItem(ask: Ask, asked: AskedDevice): Promise<FoundItem | undefined> {
  const byAgent = await findByAgent(ask, asked);
  if (byAgent !== undefined) return byAgent;
  for (const criterion of criteriaFor(asked)) {
    const rows = await seek(ask, `/Assets/${asked.itemtype}`, criterion.fields);
    const [only] = rows ?? [];
    if (only !== undefined && rows?.length === 1) return itemOf(asked.itemtype, only, criterion.by);
  }
  return undefined;
}

/** Before version 2.3 the API has no agents and answers 404. */
async function findByAgent(ask: Ask, asked: AskedDevice): Promise<FoundItem | undefined> {
  const deviceid = askable(asked.deviceid);
  if (deviceid === undefined) return undefined;
  const [agent] = (await seek(ask, '/Inventory/Agent', { deviceid })) ?? [];
  const id = idOf(agent?.items_id);
  if (id === undefined || id === 0 || agent?.itemtype !== asked.itemtype) return undefined;
  const row = readAnswer(await ask(`/Assets/${asked.itemtype}/${id}`), asked.itemtype);
  return isJsonObject(row) ? itemOf(asked.itemtype, row, 'agent') : undefined;
}

function itemOf(itemtype: string, row: JsonObject, by: Criterion['by']): FoundItem {
  const glpiId = idOf(row.id);
  if (glpiId === undefined) throw notTheShape(itemtype);
  const entity = isJsonObject(row.entity) ? row.entity : {};
  return {
    itemtype,
    glpiId,
    entityGlpiId: idOf(entity.id),
    entityName: typeof entity.name === 'string' ? entity.name : undefined,
    by,
  };
}

/**
 * Undefined: there is no such list. Values stand in double quotes; what would end them is never asked for (`askable`),
 * for GLPI's reader of RSQL takes no escaping in them.
 */
async function seek(
  ask: Ask,
  list: string,
  fields: Readonly<Record<string, string>>,
): Promise<JsonObject[] | undefined> {
  const filter = Object.entries(fields)
    .map(([field, value]) => `${field}=="${value}"`)
    .join(';');
  const answer = await ask(`${list}?filter=${encodeURIComponent(filter)}&start=0&limit=${soughtRows}`);
  const rows = readAnswer(answer, list.slice(1));
  if (rows === undefined) return undefined;
  if (!Array.isArray(rows)) throw notTheShape(list.slice(1));
  return rows
    .filter(isJsonObject)
    .filter((row) => Object.entries(fields).every(([field, value]) => isSame(row[field], value)));
}

/** Undefined: 404, which has no body when the API has no such list. */
function readAnswer(answer: HttpAnswer, what: string): unknown {
  const { status } = answer;
  if (status === 404) return undefined;
  const value = jsonOf(answer, what);
  if (status === 200 || status === 206) return value;
  const said = `${what}: GLPI answered ${status}.`;
  const words = isJsonObject(value) ? [value.title, value.detail] : [];
  const isDisabled = words.some((word) => typeof word === 'string' && word.includes('API is disabled'));
  if (isDisabled) throw new GlpiFault('http', said, 'Enable the high-level API: Setup > General > API.');
  if (status === 401 || (status === 400 && isJsonObject(value) && value.title === 'Invalid OAuth token')) {
    throw new GlpiFault('credentials', said, 'The access token is not taken: has the client the scope api?');
  }
  if (status === 403) {
    throw new GlpiFault(
      'rights',
      said,
      'Give the profile of the API user the right to read it, on all entities.',
    );
  }
  throw new GlpiFault('http', said, 'The logs of GLPI say more.');
}
