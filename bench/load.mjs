// Load driver: prepared requests over kept connections, as cheap as possible because it shares the machine with what
// it measures (about 20 µs a request). One JSON line on standard output.
//   node bench/load.mjs PORT KEY TEMPLATE SCENARIO CONNECTIONS COUNT OFFSET
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { performance } from 'node:perf_hooks';
import { deflateSync } from 'node:zlib';

const [port, key, template, scenario, connections, count, offset] = process.argv.slice(2);
const text = readFileSync(template, 'utf8');
const isXml = template.includes('.xml');
const revision = scenario === 'small' ? String(process.pid) : '0';
const hex = (number, length) => number.toString(16).padStart(length, '0');

function bodyOf(i) {
  const hash = createHash('sha256').update(`device ${i}`).digest('hex');
  const values = {
    I: String(i),
    HOST: `bench-${hex(i, 6)}`,
    DEVICEID: `bench-${hex(i, 6)}-2026-01-02-03-04-05`,
    SERIAL: `SN${hex(i, 8).toUpperCase()}`,
    UUID: `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hex(i, 12)}`,
    CHECKSUM: '262143',
    REV: revision,
  };
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name) => {
    if (name in values) return values[name];
    if (/^MAC\d+$/.test(name))
      return `02:${hex(Number(name.slice(3)), 2)}:${hex(i, 8).match(/../g).join(':')}`;
    return whole;
  });
}

function requestOf(i) {
  const body = deflateSync(bodyOf(i));
  const head = [
    'POST /front/inventory.php HTTP/1.1',
    `Host: localhost:${port}`,
    `User-Agent: ${isXml ? 'FusionInventory-Agent_v2.6-3' : 'GLPI-Agent_v1.11'}`,
    `Authorization: Bearer ${key}`,
    'Content-Type: application/x-compress-zlib',
    `Content-Length: ${body.length}`,
    'Connection: keep-alive',
  ];
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
}

const requests = Array.from({ length: Number(count) }, (_, i) => requestOf(Number(offset) + i));
const latenciesMs = [];
const statuses = {};
let next = 0;

/** One request after the other on one connection; an answer is complete when its Content-Length has arrived. */
function worker() {
  return new Promise((resolve, reject) => {
    const socket = net.connect(Number(port), '127.0.0.1').setNoDelay(true);
    let received = Buffer.alloc(0);
    let sentAt = 0;
    const send = () => {
      if (next >= requests.length) {
        socket.end();
        resolve();
        return;
      }
      received = Buffer.alloc(0);
      sentAt = performance.now();
      socket.write(requests[next++]);
    };
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = received.toString('latin1', 0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (received.length < end + 4 + length) return;
      const status = head.slice(9, 12);
      statuses[status] = (statuses[status] ?? 0) + 1;
      latenciesMs.push(performance.now() - sentAt);
      send();
    });
  });
}

const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
await Promise.all(Array.from({ length: Number(connections) }, worker));
const seconds = (performance.now() - startedAt) / 1000;
const cpu = process.cpuUsage(cpuBefore);
latenciesMs.sort((a, b) => a - b);
const quantile = (q) => latenciesMs[Math.min(latenciesMs.length - 1, Math.ceil(q * latenciesMs.length) - 1)];
console.log(
  JSON.stringify({
    seconds,
    perSecond: requests.length / seconds,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    statuses,
    driverCpuUs: cpu.user + cpu.system,
  }),
);
