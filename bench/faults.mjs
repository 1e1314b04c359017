// What is lost when everything is killed: 2,000 submissions of 200 devices, while the gateway, its PostgreSQL and the server
// behind are killed with SIGKILL at random. Afterwards each acknowledged inventory must be stored and have come to the server
// behind in its latest state, and nothing there in the wrong order.
//   npm run bench:faults [-- --submissions 2000] [-- --kills 24] [-- --seed 1]
import { fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { printTable } from './table.mjs';

const root = path.resolve(import.meta.dirname, '..');
const option = (name, otherwise) => {
  const place = process.argv.indexOf(`--${name}`);
  return place < 0 ? otherwise : Number(process.argv[place + 1]);
};
const submissions = option('submissions', 2000);
const kills = option('kills', 24);
const devices = Math.min(200, submissions);
let state = option('seed', 1);
// Of Park and Miller: the same kills in the same order with the same seed.
const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
const freePort = async () => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
};

const folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-faults-'));
const notes = path.join(folder, 'notes.jsonl');
const [port, glpiPort] = [await freePort(), await freePort()];
const adminToken = randomBytes(32).toString('hex');
const environment = {
  ...process.env,
  PORT: String(port),
  PUBLIC_URL: `http://localhost:${port}`,
  DATA_DIR: path.join(folder, 'data'),
  ADMIN_TOKEN: adminToken,
  LOG_LEVEL: 'fatal',
  GLPI_URL: `http://127.0.0.1:${glpiPort}/`,
  FORWARD_TIMEOUT_MS: '5000',
  MAX_PER_MINUTE_PER_DEVICE: '1000000',
};
const program = path.join(root, 'dist/cli/gatehouse.js');
const running = { gateway: undefined, glpi: undefined };

async function startGateway() {
  for (;;) {
    const gateway = spawn(process.execPath, [program, 'serve'], { env: environment, stdio: 'ignore' });
    running.gateway = gateway;
    while (gateway.exitCode === null && gateway.signalCode === null) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await sleep(100);
    }
  }
}
async function startGlpi() {
  const settings = JSON.stringify({ port: glpiPort, latencyMs: 20, notes });
  running.glpi = fork(path.join(import.meta.dirname, 'stand-in-glpi.mjs'), [settings]);
  await once(running.glpi, 'message');
}
const ended = async (child) => {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
};
const postmasterFile = path.join(folder, 'data/postgres/postmaster.pid');
const victims = {
  gateway: async () => {
    running.gateway.kill('SIGKILL');
    await ended(running.gateway);
    await startGateway();
  },
  postgresql: async () => {
    if (!existsSync(postmasterFile)) return;
    process.kill(Number(readFileSync(postmasterFile, 'utf8').split('\n')[0]), 'SIGKILL');
    // Whether it starts it again or ends itself, what runs the gateway starts it again.
    await sleep(3000);
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    running.gateway.kill('SIGKILL');
    await ended(running.gateway);
    await startGateway();
  },
  upstream: async () => {
    running.glpi.kill('SIGKILL');
    await ended(running.glpi);
    await sleep(500 * random());
    await startGlpi();
  },
};

function bodyOf(device, version) {
  const hex = device.toString(16).padStart(4, '0');
  return deflateSync(
    JSON.stringify({
      action: 'inventory',
      deviceid: `fault-${hex}-2026-01-02-03-04-05`,
      itemtype: 'Computer',
      content: {
        versionclient: 'GLPI-Agent_v1.11',
        bios: { smanufacturer: 'Contoso', ssn: `FLT${hex.toUpperCase()}X` },
        hardware: { name: `fault-${hex}`, uuid: `11c5d0a2-7f10-4a1b-9c3d-0a1b2c3d${hex}` },
        networks: [
          { description: 'eth0', mac: `00:1b:21:7e:${hex.slice(0, 2)}:${hex.slice(2)}`, type: 'ethernet' },
        ],
        softwares: [
          { name: 'counter', version: String(version) },
          { name: `tool-${hex}`, version: '1' },
        ],
      },
    }),
  );
}

const acknowledged = new Map();
const counts = { posts: 0, unanswered: 0 };
let authorization = '';
/** As an agent that does not give up; one version after the other. */
async function post(device, version) {
  for (;;) {
    counts.posts++;
    const status = await fetch(`http://localhost:${port}/front/inventory.php`, {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/x-compress-zlib',
        'user-agent': 'GLPI-Agent_v1.11',
      },
      body: bodyOf(device, version),
      signal: globalThis.AbortSignal.timeout(20_000),
    }).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) {
      acknowledged.set(device, version);
      return;
    }
    counts.unanswered++;
    if (status !== 0 && status !== 503) throw new Error(`status ${status}`);
    await sleep(200);
  }
}

let isOver = false;
const killed = { gateway: 0, postgresql: 0, upstream: 0 };
async function killAround() {
  const names = Object.keys(victims);
  for (let i = 0; i < kills; i++) {
    await sleep(300 + 1500 * random());
    const name = names[Math.floor(random() * names.length)];
    await victims[name]();
    killed[name]++;
  }
  isOver = true;
}

const api = async (place, body) => {
  const answer = await fetch(`http://localhost:${port}/api/v1${place}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${place}: ${answer.status} ${await answer.text()}`);
  return await answer.json();
};

const begunAt = Date.now();
try {
  await startGlpi();
  await startGateway();
  const [top] = (await api('/entities')).items;
  authorization = `Bearer ${(await api('/keys', { name: 'faults', entityId: top.id, carriers: ['bearer'] })).key}`;
  const killing = killAround();
  // The kills go on to the end of the posts, and the posts to the end of the kills.
  const versions = new Map();
  let sent = 0;
  const lines = Array.from({ length: 8 }, async (_, line) => {
    for (let i = line; sent < submissions || !isOver; i += 8) {
      const device = i % devices;
      const version = (versions.get(device) ?? 0) + 1;
      versions.set(device, version);
      sent++;
      await post(device, version);
      if (sent > submissions) await sleep(20);
    }
  });
  await Promise.all(lines);
  await killing;
  const seconds = (Date.now() - begunAt) / 1000;
  let waiting = Infinity;
  const drainFrom = Date.now();
  while (waiting > 0 && Date.now() - drainFrom < 400_000) {
    await sleep(2000);
    ({ waiting } = (await api('/forward')).backlog);
  }
  const { dead } = (await api('/forward')).backlog;
  const assets = (await api('/assets?limit=500')).items;
  const storedVersions = new Map();
  for (const { id, name } of assets) {
    const { content } = await api(`/assets/${id}/inventory`);
    storedVersions.set(
      parseInt(name.slice(6), 16),
      Number(content.softwares.find((s) => s.name === 'counter').version),
    );
  }
  const taken = new Map();
  let disorder = 0;
  let repeated = 0;
  let taking = 0;
  for (const text of readFileSync(notes, 'utf8').trim().split('\n')) {
    const { deviceid, action, version } = JSON.parse(text);
    if (action !== 'inventory') continue;
    taking++;
    const device = parseInt(deviceid.slice(6), 16);
    const before = taken.get(device) ?? 0;
    if (version < before) disorder++;
    if (version === before) repeated++;
    taken.set(device, version);
  }
  const lost = [...acknowledged].filter(([device, version]) => storedVersions.get(device) !== version).length;
  const behind = [...acknowledged].filter(([device, version]) => taken.get(device) !== version).length;
  printTable(
    ['what', 'count'],
    [
      ['submissions acknowledged', [...versions.values()].reduce((sum, n) => sum + n, 0)],
      ['posts, of which not answered with 200', `${counts.posts}, ${counts.unanswered}`],
      [
        'killed: gateway, PostgreSQL, upstream',
        `${killed.gateway}, ${killed.postgresql}, ${killed.upstream}`,
      ],
      [
        'seconds, and until nothing waited',
        `${seconds.toFixed(0)}, ${((Date.now() - drainFrom) / 1000).toFixed(0)}`,
      ],
      ['assets, of devices', `${assets.length}, ${devices}`],
      ['devices whose latest acknowledged state is not stored', lost],
      ['devices whose latest acknowledged state the upstream has not', behind],
      ['dead letters', dead],
      ['inventories that the upstream took, of which once more', `${taking}, ${repeated}`],
      ['taken after a newer one of the same device', disorder],
    ],
  );
  if (lost + behind + disorder + dead > 0 || assets.length !== devices) process.exitCode = 1;
} finally {
  running.gateway?.kill('SIGTERM');
  running.glpi?.kill('SIGKILL');
  if (running.gateway !== undefined) await ended(running.gateway);
  rmSync(folder, { recursive: true, force: true });
}
