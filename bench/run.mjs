// Inventories accepted per second and what each costs, on this machine, driver and database included.
//   npm run bench [-- --quick] [-- --templates DIR]
// Templates of devices are looked for beside the checkout; without them only the cost of the steps is measured.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { processCost } from './process-cost.mjs';
import { startGateway } from './start-gateway.mjs';
import { printTable } from './table.mjs';

const root = path.resolve(import.meta.dirname, '..');
const option = (name) => process.argv[process.argv.indexOf(name) + 1];
const templates = process.argv.includes('--templates')
  ? path.resolve(option('--templates'))
  : path.resolve(root, '../shared/load/templates');
const isQuick = process.argv.includes('--quick');
const port = 18_431;

const cases = [
  { template: 'json-31k.json.tpl', count: 4000 },
  { template: 'json-160k.json.tpl', count: 1200 },
  { template: 'xml-55k.xml.tpl', count: 1500 },
  { template: 'xml-160k.xml.tpl', count: 600 },
];
const scenarios = ['new', 'unchanged', 'small'];
const connectionCounts = isQuick ? [32] : [1, 8, 32];

function drive(key, template, scenario, connections, count, offset) {
  return new Promise((resolve, reject) => {
    const args = [port, key, path.join(templates, template), scenario, connections, count, offset].map(
      String,
    );
    const driver = spawn(process.execPath, [path.join(root, 'bench/load.mjs'), ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    driver.stdout.on('data', (chunk) => (output += chunk));
    driver.on('close', (status) =>
      status === 0 ? resolve(JSON.parse(output)) : reject(new Error('driver failed')),
    );
  });
}

async function measure(context, template, scenario, connections, count, offset) {
  const before = [processCost(context.gatewayPid, false), processCost(context.databasePid, true)];
  const result = await drive(context.key, template, scenario, connections, count, offset);
  const after = [processCost(context.gatewayPid, false), processCost(context.databasePid, true)];
  const [gatewayMs, databaseMs] = after.map(
    (cost, i) => ((cost.cpuSeconds - before[i].cpuSeconds) * 1000) / count,
  );
  return {
    ...result,
    gatewayMs,
    databaseMs,
    driverMs: result.driverCpuUs / 1000 / count,
    rssMb: after[0].rssBytes / 2 ** 20,
  };
}

async function main() {
  console.log(`${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`);
  spawnSync(process.execPath, [path.join(root, 'bench/steps.mjs')], { stdio: 'inherit' });
  if (!existsSync(templates)) {
    console.log(`no templates in ${templates}: end-to-end part left out (--templates DIR)`);
    return;
  }
  const gateway = await startGateway(port);
  const rows = [];
  try {
    const { key } = gateway.createKey();
    const context = { gatewayPid: gateway.pid, databasePid: gateway.postmasterPid(), key };
    // Compiled code and warm plans: what a gateway is after its first minute.
    await measure(context, cases[0].template, 'new', 32, 1500, 9_000_000);
    let offset = 0;
    for (const { template, count } of cases) {
      for (const connections of connectionCounts) {
        const amount = connections === 1 ? Math.ceil(count / 4) : count;
        for (const scenario of scenarios) {
          const row = await measure(context, template, scenario, connections, amount, offset);
          rows.push({ template, scenario, connections, ...row });
          process.stderr.write(`${template} ${scenario} ${connections}: ${row.perSecond.toFixed(0)}/s\n`);
        }
        offset += amount;
      }
    }
  } finally {
    await gateway.stop();
  }
  printTable(
    [
      'template',
      'scenario',
      'conns',
      'inv/s',
      'p50 ms',
      'p99 ms',
      'gateway CPU ms',
      'database CPU ms',
      'driver CPU ms',
      'RSS MB',
      'answers',
    ],
    rows.map((row) => [
      row.template.replace('.tpl', ''),
      row.scenario,
      row.connections,
      row.perSecond.toFixed(0),
      row.p50Ms.toFixed(1),
      row.p99Ms.toFixed(1),
      row.gatewayMs.toFixed(2),
      row.databaseMs.toFixed(2),
      row.driverMs.toFixed(2),
      row.rssMb.toFixed(0),
      Object.entries(row.statuses)
        .map(([status, n]) => `${status}×${n}`)
        .join(' '),
    ]),
  );
}

await main();
