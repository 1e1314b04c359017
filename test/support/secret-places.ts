import { once } from 'node:events';
import net from 'node:net';
import { inflateSync } from 'node:zlib';
import { basic } from './gateway';
import { inventoryOf } from './built-program';

/** Every place of a request in which a secret was ever seen, rightly or by mistake. */
export interface Placed {
  readonly where: string;
  readonly method?: 'GET' | 'POST';
  readonly path?: string;
  readonly headers?: readonly string[];
  readonly body?: Buffer | string;
}

const form = 'Content-Type: application/x-www-form-urlencoded';
const json = 'Content-Type: application/json';

/** `machine`: number of the device that the inventory speaks of. */
export function secretPlaces(secret: string, machine: number): readonly Placed[] {
  const kid = secret.split('_')[1] ?? '';
  const encoded = secret.replace(/[aeiou_]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  const grant = { grant_type: 'client_credentials', client_id: kid, client_secret: secret };
  const body = inventoryOf(machine);
  const carriers: Placed[] = [
    { where: 'Basic user', headers: [`Authorization: ${basic(secret)}`] },
    { where: 'Basic password', headers: [`Authorization: ${basic('agent', secret)}`] },
    { where: 'Basic user and password', headers: [`Authorization: ${basic(secret, secret)}`] },
    { where: 'Basic without colon', headers: [`Authorization: Basic ${base64(secret)}`] },
    { where: 'Basic, not encoded', headers: [`Authorization: Basic ${secret}`] },
    { where: 'Bearer', headers: [`Authorization: Bearer ${secret}`] },
    { where: 'a scheme of its own', headers: [`Authorization: Gatehouse key=${secret}`] },
    { where: 'no scheme', headers: [`Authorization: ${secret}`] },
    { where: 'X-Registration-Key', headers: [`X-Registration-Key: ${secret}`] },
    { where: 'path', path: `/k/${secret}/front/inventory.php` },
    { where: 'path, percent-encoded', path: `/k/${encoded}/front/inventory.php` },
    { where: 'path of another name', path: `/key/${secret}/front/inventory.php` },
    { where: 'path, doubled', path: `/k/${secret}/k/${secret}/` },
    { where: 'query', path: `/front/inventory.php?key=${secret}` },
    { where: 'query, percent-encoded', path: `/front/inventory.php?key=${encoded}` },
    { where: 'absolute target with user', path: `http://${secret}:x@localhost/front/inventory.php` },
    { where: 'malformed path', path: `/%zz/${secret}/%` },
    { where: 'Host with user', headers: [`Host: ${secret}@localhost`] },
    { where: 'Host', headers: [`Host: ${secret}.example`] },
    ...[
      'User-Agent',
      'Referer',
      'Cookie',
      'GLPI-Agent-ID',
      'X-Forwarded-For',
      'X-Auth-Token',
      'Content-Encoding',
    ].map((name) => ({ where: name, headers: [`${name}: ${secret}`] })),
    { where: 'Content-Type', headers: [`Content-Type: application/${secret}`] },
  ];
  return [
    ...carriers.map((placed) => ({ ...placed, body })),
    ...carriers.map((placed) => ({ ...placed, where: `${placed.where} (GET)`, method: 'GET' as const })),
    { where: 'getConfig', method: 'GET', path: `/front/inventory.php?action=getConfig&machineid=${secret}` },
    { where: 'token request, JSON', path: '/api.php/token', headers: [json], body: JSON.stringify(grant) },
    {
      where: 'token request, form',
      path: '/api.php/token',
      headers: [form],
      body: new URLSearchParams(grant).toString(),
    },
    {
      where: 'token request, Basic',
      path: '/api.php/token',
      headers: [form, `Authorization: ${basic(kid, secret)}`],
      body: 'grant_type=client_credentials',
    },
    {
      where: 'token request, cut',
      path: '/api.php/token',
      headers: [json],
      body: JSON.stringify(grant).slice(0, -3),
    },
    {
      where: 'token request, wrong grant',
      path: '/api.php/token',
      headers: [json],
      body: JSON.stringify({ ...grant, grant_type: secret, scope: secret }),
    },
    { where: 'body that is no message', body: secret },
    {
      where: 'body that is JSON',
      headers: [json],
      body: JSON.stringify({ key: secret, action: secret, deviceid: secret }),
    },
    {
      where: 'admin bearer',
      method: 'GET',
      path: '/api/v1/assets',
      headers: [`Authorization: Bearer ${secret}`],
    },
    {
      where: 'admin Basic',
      method: 'GET',
      path: '/api/v1/assets',
      headers: [`Authorization: ${basic(secret)}`],
    },
    { where: 'admin path', method: 'GET', path: `/api/v1/keys/${secret}` },
    { where: 'admin query', method: 'GET', path: `/api/v1/assets?token=${secret}&q=${secret}` },
    { where: 'admin path that is not', method: 'GET', path: `/api/v1/${secret}` },
    { where: 'health', method: 'GET', path: `/readyz?key=${secret}` },
  ];
}

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** As written, byte for byte: nothing is checked or encoded on the way. `extra` stands after the headers of the place. */
export async function sendPlaced(
  port: number,
  placed: Placed,
  extra: readonly string[] = [],
): Promise<string> {
  const { method = 'POST', path = '/front/inventory.php', headers = [], body = '' } = placed;
  const names = [...headers, ...extra].map((line) => line.split(':')[0]?.toLowerCase());
  const defaults = [
    `Host: localhost:${port}`,
    'Content-Type: application/x-compress-zlib',
    'User-Agent: GLPI-Agent_v1.11',
  ];
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...headers,
    ...extra,
    ...defaults.filter((line) => !names.includes(line.split(':')[0]?.toLowerCase())),
    ...(method === 'GET' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    'Connection: close',
  ];
  const socket = net.connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // An answer that came before all was sent is an answer.
  socket.on('error', () => undefined);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  if (method !== 'GET') socket.write(body);
  await once(socket, 'close');
  return readable(Buffer.concat(chunks));
}

function readable(answer: Buffer): string {
  const end = answer.indexOf('\r\n\r\n') + 4;
  const body = answer.subarray(end);
  const text = body[0] === 0x78 ? inflateSync(body).toString() : body.toString('latin1');
  return answer.subarray(0, end).toString('latin1') + text;
}
