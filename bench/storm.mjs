// A morning storm: 5,000 agents in five minutes, in front of a GLPI that takes 400 ms for each. How long agents wait, how
// the backlog grows and drains, and what it costs in memory. With `--down 1` GLPI is in maintenance during the whole storm, so
// that all of it waits and drains afterwards.
//   npm run bench:storm [-- --agents 5000] [-- --seconds 300] [-- --latency 400] [-- --down 1]
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processCost } from './process-cost.mjs';
import { startGateway } from './start-gateway.mjs';
import { printTable } from './table.mjs';

const option = (name, otherwise) => {
  const place = process.argv.indexOf(`--${name}`);
  return place < 0 ? otherwise : Number(process.argv[place + 1]);
};
const agents = option('agents', 5000);
const seconds = option('seconds', 300);
const latencyMs = option('latency', 400);
const isDown = option('down', 0) === 1;
const [port, glpiPort] = [18_433, 18_434];
const folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-storm-'));
const notes = path.join(folder, 'notes.jsonl');

const gateway = await startGateway(port, {
  GLPI_URL: `http://127.0.0.1:${glpiPort}/`,
  TRUSTED_PROXIES: '127.0.0.1',
});
let glpi;
try {
  const { key } = gateway.createKey();
  const fromMs = Date.now() + 8000;
  const untilMs = fromMs + seconds * 1000;
  glpi = fork(path.join(import.meta.dirname, 'stand-in-glpi.mjs'), [
    JSON.stringify({ port: glpiPort, latencyMs, notes, downUntilMs: isDown ? untilMs : 0 }),
  ]);
  await once(glpi, 'message');
  const perSecond = agents / seconds;
  const phases = [{ name: 'storm', fromMs, untilMs }];
  const settings = { port, key, devices: agents, perSecond, phases, oneAddress: '198.51.100.7' };
  const driver = spawn(
    process.execPath,
    [path.join(import.meta.dirname, 'steady-agents.mjs'), JSON.stringify(settings)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let printed = '';
  driver.stdout.on('data', (chunk) => (printed += chunk));
  const samples = [];
  const backlog = async () => {
    const text = await fetch(`http://127.0.0.1:${port}/metrics`).then((answer) => answer.text());
    return Number(/gatehouse_forward_backlog\{instance="1"\} (\d+)/.exec(text)?.[1] ?? 0);
  };
  const sample = async () => {
    const { rssBytes } = processCost(gateway.pid, false);
    samples.push({ at: Date.now(), waiting: await backlog(), rssMb: rssBytes / 2 ** 20 });
  };
  const driven = once(driver, 'exit');
  while (Date.now() < untilMs) {
    await sleep(Math.max(0, Math.min(11_000, untilMs - Date.now())));
    await sample();
  }
  await driven;
  do {
    await sleep(11_000);
    await sample();
  } while (samples.at(-1).waiting > 0 && Date.now() < untilMs + 1_200_000);
  const [storm] = printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const taken = readFileSync(notes, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const span = (taken.at(-1).at - taken[0].at) / 1000;
  const during = samples.filter(({ at }) => at <= untilMs + 500);
  const after = samples.filter(({ at }) => at > untilMs + 500);
  const rss = samples.map(({ rssMb }) => rssMb);
  printTable(
    ['what', 'value'],
    [
      ['agents, in seconds', `${agents}, ${seconds}`],
      ['answers', JSON.stringify(storm.statuses)],
      ['agents wait: p50, p99', `${storm.p50Ms.toFixed(0)} ms, ${storm.p99Ms.toFixed(0)} ms`],
      [
        'GLPI takes',
        `${latencyMs} ms each; ${taken.length} taken, of ${new Set(taken.map((t) => t.deviceid)).size} devices`,
      ],
      ['on their way at once, most', Math.max(...taken.map(({ atOnce }) => atOnce))],
      ['a second to GLPI', (taken.length / span).toFixed(1)],
      ['backlog, most', Math.max(...samples.map(({ waiting }) => waiting))],
      [
        'nothing waits, seconds after the last agent',
        Math.max(0, (taken.at(-1).at - untilMs) / 1000).toFixed(0),
      ],
      [
        'memory of the gateway: begin, most, end',
        `${rss[0].toFixed(0)}, ${Math.max(...rss).toFixed(0)}, ${rss.at(-1).toFixed(0)} MB`,
      ],
      ['waiting during the storm, each 11 s', during.map(({ waiting }) => waiting).join(' ')],
      ['waiting after it, each 11 s', after.map(({ waiting }) => waiting).join(' ')],
      ['memory, MB, each 11 s', rss.map((mb) => mb.toFixed(0)).join(' ')],
    ],
  );
} finally {
  await gateway.stop();
  glpi?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
