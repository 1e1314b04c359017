// What a flood of bad keys does to good agents: 5,000 bad requests a second for 30 s while good agents post at a fixed
// rate; before, during and after in one run.
//   npm run bench:flood [-- --rate 5000] [-- --seconds 30] [-- --good 100] [-- --lines 256] [-- --profile]
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { processCost } from './process-cost.mjs';
import { profileTable } from './profile-table.mjs';
import { startGateway } from './start-gateway.mjs';
import { printTable } from './table.mjs';

const root = path.resolve(import.meta.dirname, '..');
const option = (name, otherwise) => {
  const place = process.argv.indexOf(`--${name}`);
  return place < 0 ? otherwise : Number(process.argv[place + 1]);
};
const perSecond = option('rate', 5000);
const seconds = option('seconds', 30);
const goodPerSecond = option('good', 100);
const lines = option('lines', 256);
const isProfiled = process.argv.includes('--profile');
const port = 18_432;
const pepper = 'the pepper of a bench, at least 32 characters';
const oneAddress = '203.0.113.7';
const devices = 300;

function startDriver(file, options) {
  const driver = spawn(process.execPath, [path.join(root, 'bench', file), JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let output = '';
  driver.stdout.on('data', (chunk) => (output += chunk));
  return {
    ready: new Promise((resolve) => driver.once('message', resolve)),
    done: new Promise((resolve, reject) => {
      driver.once('close', (status) =>
        status === 0
          ? resolve(
              output
                .trim()
                .split('\n')
                .map((line) => JSON.parse(line)),
            )
          : reject(new Error(`${file} failed`)),
      );
    }),
  };
}

/** Number of rows, and of what they count, of refusals. */
async function refusals(database) {
  const { rows } = await database.query(
    `SELECT count(*)::int AS rows, coalesce(sum(folded), 0)::int AS counted FROM submission WHERE verdict = 'refused'`,
  );
  return rows[0];
}

/** Memory and CPU of the gateway until it is told to stop. */
function watch(pid, phases) {
  const samples = [];
  const timer = setInterval(() => samples.push({ atMs: Date.now(), ...processCost(pid, false) }), 200);
  return () => {
    clearInterval(timer);
    return phases.map(({ name, fromMs, untilMs }) => {
      const within = samples.filter(({ atMs }) => atMs >= fromMs && atMs <= untilMs);
      const [first, last] = [within[0], within.at(-1)];
      return {
        name,
        cpuShare: (last.cpuSeconds - first.cpuSeconds) / ((last.atMs - first.atMs) / 1000),
        startMb: first.rssBytes / 2 ** 20,
        peakMb: Math.max(...within.map(({ rssBytes }) => rssBytes)) / 2 ** 20,
        endMb: last.rssBytes / 2 ** 20,
      };
    });
  };
}

function phasesFrom(startMs) {
  const calm = Math.max(5, Math.round(seconds / 2));
  const pauseMs = 2000;
  const before = { name: 'before', fromMs: startMs, untilMs: startMs + calm * 1000 };
  const during = {
    name: 'during',
    fromMs: before.untilMs + pauseMs,
    untilMs: before.untilMs + pauseMs + seconds * 1000,
  };
  const after = {
    name: 'after',
    fromMs: during.untilMs + pauseMs,
    untilMs: during.untilMs + pauseMs + calm * 1000,
  };
  return [before, during, after];
}

async function measure(gateway, database) {
  const { kid, key } = gateway.createKey();
  // Compiled code, warm plans, and all devices known. A few bad keys too: each gateway sees some all day.
  const warmUp = { name: 'warm-up', fromMs: Date.now() + 5000, untilMs: Date.now() + 15_000 };
  const common = { port, oneAddress };
  const { fromMs, untilMs } = warmUp;
  await Promise.all([
    startDriver('steady-agents.mjs', { ...common, key, devices, perSecond: 200, phases: [warmUp] }).done,
    startDriver('flood-driver.mjs', { ...common, kid, pepper, perSecond: 500, lines: 16, fromMs, untilMs })
      .done,
  ]);
  const phases = phasesFrom(Date.now() + 6000);
  const [, during] = phases;
  const good = startDriver('steady-agents.mjs', {
    ...common,
    key,
    devices,
    perSecond: goodPerSecond,
    phases,
  });
  const flood = startDriver('flood-driver.mjs', {
    ...{ ...common, kid, pepper, perSecond, lines },
    fromMs: during.fromMs,
    untilMs: during.untilMs,
  });
  await Promise.all([good.ready, flood.ready]);
  if (Date.now() > phases[0].fromMs) throw new Error('the drivers were not ready in time');
  const stopWatching = watch(gateway.pid, phases);
  const rowsBefore = await refusals(database);
  const [goodPhases, [flooded]] = await Promise.all([good.done, flood.done]);
  await sleep(1500);
  return {
    goodPhases,
    flooded,
    cost: stopWatching(),
    rowsBefore,
    rowsAfter: await refusals(database),
    during,
  };
}

function report({ goodPhases, flooded, cost, rowsBefore, rowsAfter }) {
  const [before] = goodPhases;
  const statuses = (of) =>
    Object.entries(of)
      .map(([status, n]) => `${status}×${n}`)
      .join(' ');
  printTable(
    [
      'good agents',
      'answered/s',
      'p50 ms',
      'p99 ms',
      'p50 ratio',
      'p99 ratio',
      'answers',
      'gateway CPU',
      'RSS MB start/peak/end',
    ],
    goodPhases.map((phase, i) => [
      phase.name,
      phase.perSecond.toFixed(1),
      phase.p50Ms.toFixed(1),
      phase.p99Ms.toFixed(1),
      (phase.p50Ms / before.p50Ms).toFixed(2),
      (phase.p99Ms / before.p99Ms).toFixed(2),
      statuses(phase.statuses) + (phase.unsent > 0 ? ` unsent×${phase.unsent}` : ''),
      `${(cost[i].cpuShare * 100).toFixed(0)} %`,
      [cost[i].startMb, cost[i].peakMb, cost[i].endMb].map((mb) => mb.toFixed(0)).join(' / '),
    ]),
  );
  printTable(
    [
      'flood',
      'wanted/s',
      'answered/s',
      'unsent',
      'p50 ms',
      'p99 ms',
      'answers',
      'driver CPU',
      'rows added',
      'refusals counted',
    ],
    [
      [
        `${seconds} s`,
        perSecond,
        flooded.answeredPerSecond.toFixed(0),
        flooded.unsent,
        flooded.p50Ms.toFixed(1),
        flooded.p99Ms.toFixed(1),
        statuses(flooded.statuses),
        `${(flooded.driverCpuShare * 100).toFixed(0)} %`,
        rowsAfter.rows - rowsBefore.rows,
        rowsAfter.counted - rowsBefore.counted,
      ],
    ],
  );
}

const profileFolder = mkdtempSync(path.join(tmpdir(), 'gatehouse-profile-'));
const load = loadavg().map((one) => one.toFixed(2));
console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}, load before ${load.join(' ')}`,
);
const gateway = await startGateway(
  port,
  { TRUSTED_PROXIES: '127.0.0.1/32', KEY_PEPPER: pepper },
  isProfiled ? ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`] : [],
);
try {
  const database = new pg.Client({
    host: path.join(gateway.dataFolder, 'postgres'),
    user: 'gatehouse',
    database: 'gatehouse',
  });
  await database.connect();
  const measured = await measure(gateway, database).finally(() => database.end());
  report(measured);
  await gateway.stop();
  const [profile] = readdirSync(profileFolder);
  if (profile !== undefined) {
    const { fromMs, untilMs } = measured.during;
    profileTable(JSON.parse(readFileSync(path.join(profileFolder, profile), 'utf8')), fromMs, untilMs);
  }
} finally {
  await gateway.stop();
  rmSync(profileFolder, { recursive: true, force: true });
}
