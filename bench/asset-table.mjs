// How the table of assets scrolls in a browser, with a million assets behind it, by the built console and gateway.
// `node bench/asset-table.mjs [--assets 1000000] [--rows 20000] [--data FOLDER]`, after a build; needs /usr/bin/chromium.
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { filledDatabases } from './filled-database.mjs';
import { startGateway } from './start-gateway.mjs';
import { printTable } from './table.mjs';

const { values } = parseArgs({
  options: {
    assets: { type: 'string', default: '1000000' },
    rows: { type: 'string', default: '20000' },
    data: { type: 'string' },
  },
});
const count = Number(values.assets);
const port = 18_434;
// Of a throw-away gateway on loopback.
const adminToken = 'bench'.repeat(8);
const pepper = 'bench'.repeat(8);

const filled = await filledDatabases([count], values.data);
const gateway = await startGateway(port, {
  DATABASE_URL: filled.urls.get(count),
  ADMIN_TOKEN: adminToken,
  KEY_PEPPER: pepper,
});
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
];
/** Of the page: what its thread was busy with. */
let counters;
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  await page.addInitScript(inPage);
  await page.goto(`http://localhost:${port}/admin/assets`);
  await page.getByLabel('Admin token', { exact: true }).fill(adminToken);
  await page.keyboard.press('Enter');
  await page.locator('tbody tr[aria-rowindex="2"] a').waitFor();
  counters = await page.context().newCDPSession(page);
  await counters.send('Performance.enable');
  const scrolls = [];
  for (const [name, rows, step] of [
    ['a wheel, 100 px a frame', Number(values.rows) / 10, 100],
    ['a thrown wheel, 400 px a frame', Number(values.rows), 400],
    ['back to the top, 2,000 px a frame', Number(values.rows), -2000],
  ])
    scrolls.push(await scroll(page, name, rows, step));
  printTable(
    [
      'scroll',
      'rows',
      's',
      'frame p50 ms',
      'p99 ms',
      'worst ms',
      'frames dropped',
      'scripts ms a frame',
      'layout ms a frame',
      'tasks > 50 ms',
      'frames with empty rows',
      'rows in the page',
      'page of the API p50 ms',
      'p99 ms',
      'heap MB before',
      'after',
    ],
    scrolls,
  );
  printTable(['jump', 'first row after ms'], await jumps(page));
} finally {
  await browser.close();
  await gateway.stop();
  await filled.release();
}

async function scroll(page, name, rows, step) {
  const before = await heapMb(page);
  const workBefore = await workMs();
  const seen = await page.evaluate(([way, px]) => window.bench.scroll(way, px), [rows * 44, step]);
  const work = (await workMs()).map((ms, i) => (ms - workBefore[i]) / seen.frames.length);
  const after = await heapMb(page);
  const at = (sorted, q) =>
    sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)]?.toFixed(1) ?? '–';
  const frames = seen.frames.toSorted((a, b) => a - b);
  const pages = seen.pages.toSorted((a, b) => a - b);
  // Against 60 a second.
  const dropped = frames.reduce((sum, ms) => sum + Math.max(0, Math.round(ms / (1000 / 60)) - 1), 0);
  return [
    name,
    seen.rows,
    (seen.ms / 1000).toFixed(0),
    at(frames, 0.5),
    at(frames, 0.99),
    at(frames, 1),
    `${((100 * dropped) / (dropped + frames.length)).toFixed(1)} %`,
    ...work.map((ms) => ms.toFixed(1)),
    seen.longTasks,
    `${((100 * seen.emptyFrames) / frames.length).toFixed(1)} %`,
    seen.mostRows,
    at(pages, 0.5),
    at(pages, 0.99),
    before.toFixed(1),
    after.toFixed(1),
  ];
}

/** What the page has spent on scripts, and on styles and layout. */
async function workMs() {
  const { metrics } = await counters.send('Performance.getMetrics');
  const of = (name) => metrics.find((metric) => metric.name === name).value * 1000;
  return [of('ScriptDuration'), of('LayoutDuration') + of('RecalcStyleDuration')];
}

/** What is left after the garbage is collected. */
async function heapMb(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize / 2 ** 20;
}

/** From what a person does until the first row of the new list is there. */
async function jumps(page) {
  const rows = [];
  const jump = async (name, act) => {
    const times = [];
    for (let round = 0; round < 5; round++) {
      await page.evaluate('bench.mark()');
      await act(round);
      times.push(await page.evaluate('bench.sinceMark()'));
      await page.evaluate('bench.mark()');
      await page.getByRole('button', { name: 'Clear filters' }).click();
      await page.evaluate('bench.sinceMark()');
    }
    rows.push([name, times.toSorted((a, b) => a - b)[2].toFixed(0)]);
  };
  const search = async (text) => {
    await page.getByRole('searchbox').fill(text);
    await page.keyboard.press('Enter');
  };
  await jump('search: a name', (round) => search(`desk-000${1230 + round}`));
  await jump('search: a word that all have', () => search('desk'));
  await jump('search: software of one in 36', () => search('autocad'));
  await jump('filter: software that two in three have', async () => {
    await page.getByRole('textbox', { name: 'Software' }).fill('firefox');
    await page.keyboard.press('Enter');
  });
  await jump('filter: retired', async () => {
    await page.getByRole('combobox', { name: 'Status' }).click();
    await page.getByRole('option', { name: /retired/i }).click();
  });
  await jump('an entity with all below', async () => {
    await page.getByRole('treeitem').getByText('region 3', { exact: true }).click();
  });
  return rows;
}

/* global window, document, requestAnimationFrame, PerformanceObserver -- of the page, in which this runs */
function inPage() {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const scroller = () => document.querySelector('[role=region][aria-label=Assets]');
  const shownRows = () => [...(scroller()?.querySelectorAll('tbody tr[aria-rowindex]') ?? [])];
  let longTasks = 0;
  new PerformanceObserver((list) => (longTasks += list.getEntries().length)).observe({ type: 'longtask' });
  let marked;
  let firstBefore;
  window.bench = {
    mark: () => {
      firstBefore = shownRows()[0];
      marked = performance.now();
    },
    sinceMark: async () => {
      const isNew = () => {
        const [row] = shownRows();
        return row !== undefined && row !== firstBefore && row.cells[0].textContent !== '';
      };
      while (!isNew()) await frame();
      return performance.now() - marked;
    },
    scroll: async (wayPx, stepPx) => {
      const box = scroller();
      const seen = { frames: [], emptyFrames: 0, mostRows: 0, pages: [] };
      longTasks = 0;
      performance.clearResourceTimings();
      performance.setResourceTimingBufferSize(10_000);
      const started = performance.now();
      const from = box.scrollTop;
      let before = await frame();
      while (Math.abs(box.scrollTop - from) < wayPx && (stepPx > 0 || box.scrollTop > 0)) {
        box.scrollTop += stepPx;
        const now = await frame();
        seen.frames.push(now - before);
        before = now;
        const rows = shownRows();
        seen.mostRows = Math.max(seen.mostRows, rows.length);
        const middle = Math.floor((box.scrollTop + box.clientHeight / 2) / 44);
        const inSight = rows.find((row) => Number(row.getAttribute('aria-rowindex')) === middle + 1);
        if (!inSight?.cells[0].textContent) seen.emptyFrames++;
      }
      seen.ms = performance.now() - started;
      seen.rows = Math.round(Math.abs(box.scrollTop - from) / 44);
      seen.longTasks = longTasks;
      seen.pages = performance
        .getEntriesByType('resource')
        .filter(({ name }) => name.includes('/api/v1/assets?'))
        .map(({ duration }) => duration);
      return seen;
    },
  };
}
