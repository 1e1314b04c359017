// Good agents at a fixed rate: whole inventories of about 31 KB, the same again and again. One JSON line a phase.
//   node bench/steady-agents.mjs '{"port":…,"key":…,"devices":…,"perSecond":…,"phases":[{"name":…,"fromMs":…,"untilMs":…}]}'
import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { postBytes, sendAtRate } from './http-lines.mjs';

const { port, key, devices, perSecond, phases, oneAddress } = JSON.parse(process.argv[2]);
const hex = (number, length) => number.toString(16).padStart(length, '0');

function bodyOf(i) {
  const hash = createHash('sha256').update(`steady ${i}`).digest('hex');
  const softwares = Array.from({ length: 160 }, (_, n) => ({
    name: `package-${n}-${hash.slice(n % 32, (n % 32) + 8)}`,
    version: `${n % 9}.${n % 7}.${n}`,
    publisher: 'Contoso Software Foundation',
    from: 'deb',
    arch: 'x86_64',
    comments: 'a package of the usual kind with some words about it',
  }));
  return JSON.stringify({
    action: 'inventory',
    deviceid: `steady-${hex(i, 6)}-2026-01-02-03-04-05`,
    itemtype: 'Computer',
    content: {
      versionclient: 'GLPI-Agent_v1.11',
      bios: { smanufacturer: 'Contoso', ssn: `STD${hex(i, 8).toUpperCase()}` },
      hardware: {
        name: `steady-${hex(i, 6)}`,
        uuid: `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`,
      },
      networks: [
        {
          description: 'eth0',
          mac: `00:1b:${hex(i, 8).match(/../g).join(':')}`,
          status: 'up',
          type: 'ethernet',
        },
      ],
      softwares,
    },
  });
}

const requests = Array.from({ length: devices }, (_, i) =>
  postBytes(
    port,
    [
      'User-Agent: GLPI-Agent_v1.11',
      'Content-Type: application/x-compress-zlib',
      `Authorization: Bearer ${key}`,
      // Half of them stand behind the address from which the flood comes.
      `X-Forwarded-For: ${i % 2 === 0 ? oneAddress : `192.168.${i >> 8}.${i & 255}`}`,
    ],
    deflateSync(bodyOf(i)),
  ),
);
process.send?.('ready');
for (const { name, fromMs, untilMs } of phases) {
  const latenciesMs = [];
  const statuses = {};
  const unsent = await sendAtRate({
    ...{ port, perSecond, fromMs, untilMs },
    lines: 32,
    requestOf: (i) => requests[i % requests.length],
    take: (i, status, ms) => {
      statuses[status] = (statuses[status] ?? 0) + 1;
      latenciesMs.push(ms);
    },
  });
  latenciesMs.sort((a, b) => a - b);
  const quantile = (q) => latenciesMs[Math.max(0, Math.ceil(q * latenciesMs.length) - 1)] ?? null;
  console.log(
    JSON.stringify({
      name,
      perSecond: latenciesMs.length / ((untilMs - fromMs) / 1000),
      unsent,
      p50Ms: quantile(0.5),
      p99Ms: quantile(0.99),
      statuses,
    }),
  );
}
