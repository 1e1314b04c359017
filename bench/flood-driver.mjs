// Requests with bad keys at a fixed rate: five kinds, from one address and from many (through a trusted proxy's header).
// One JSON line on standard output. Needs the built program (npm run build).
//   node bench/flood-driver.mjs '{"port":…,"kid":…,"pepper":…,"perSecond":…,"fromMs":…,"untilMs":…}'
import { createHmac, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { postBytes, sendAtRate } from './http-lines.mjs';

const load = createRequire(path.resolve(import.meta.dirname, '../dist/'));
const { issueSecret } = load('./dist/domain/key-format.js');
const { issueToken } = load('./dist/ingest/access-token.js');

const { port, kid, pepper, perSecond, fromMs, untilMs, oneAddress, lines } = JSON.parse(process.argv[2]);
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const idBytes = Buffer.from([...kid].map((letter) => alphabet.indexOf(letter)));
const wrongSecret = () =>
  issueSecret('grk', (bytes) => (bytes === kid.length ? idBytes : randomBytes(bytes))).full;
const macOf = (text) => createHmac('sha256', pepper).update(text).digest();
const yesterday = new Date(Date.now() - 86_400_000);
const kinds = {
  none: () => [],
  malformed: () => [`Authorization: Bearer grk_${randomBytes(12).toString('hex')}`],
  unknown: () => [`Authorization: Bearer ${issueSecret('grk', randomBytes).full}`],
  wrong_secret: () => [`Authorization: Bearer ${wrongSecret()}`],
  dead_token: () => [`Authorization: Bearer ${issueToken({ kid, generation: 1 }, yesterday, macOf)}`],
};
const names = Object.keys(kinds);
const address = () => `10.${[...randomBytes(3)].join('.')}`;
// What a real agent would send: a hello, and each tenth time an inventory.
const hello = deflateSync(
  '<?xml version="1.0"?><REQUEST><DEVICEID>x</DEVICEID><QUERY>PROLOG</QUERY></REQUEST>',
);
const inventory = deflateSync(
  JSON.stringify({ action: 'inventory', noise: randomBytes(4000).toString('hex') }),
);

function requestOf(i) {
  const from = i % 2 === 0 ? oneAddress : address();
  const headers = [
    'User-Agent: FusionInventory-Agent_v2.6-3',
    'Content-Type: application/x-compress-zlib',
    `X-Forwarded-For: ${from}`,
    ...kinds[names[Math.floor(i / 2) % names.length]](),
  ];
  return postBytes(port, headers, i % 10 === 9 ? inventory : hello);
}

// More unknown keys than a gateway remembers.
const requests = Array.from({ length: 100_000 }, (_, i) => requestOf(i));
const statuses = {};
const latenciesMs = [];
process.send?.('ready');
const cpuBefore = process.cpuUsage();
const unsent = await sendAtRate({
  ...{ port, lines, perSecond, fromMs, untilMs },
  requestOf: (i) => requests[i % requests.length],
  take: (i, status, ms) => {
    statuses[status] = (statuses[status] ?? 0) + 1;
    latenciesMs.push(ms);
  },
});
const cpu = process.cpuUsage(cpuBefore);
latenciesMs.sort((a, b) => a - b);
const quantile = (q) => latenciesMs[Math.max(0, Math.ceil(q * latenciesMs.length) - 1)] ?? null;
console.log(
  JSON.stringify({
    answeredPerSecond: latenciesMs.length / ((untilMs - fromMs) / 1000),
    unsent,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    statuses,
    driverCpuShare: (cpu.user + cpu.system) / 1000 / (untilMs - fromMs),
  }),
);
