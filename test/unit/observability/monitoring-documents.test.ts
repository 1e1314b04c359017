import { readFileSync } from 'node:fs';
import path from 'node:path';
import { safeLoad } from 'js-yaml';
import { createMetrics } from '../../../src/observability/metrics';

const documents = path.resolve(__dirname, '../../../docs');
const read = (name: string): string => readFileSync(path.join(documents, name), 'utf8');
const named = (text: string): string[] => [
  ...new Set([...text.matchAll(/gatehouse_[a-z_]+/g)].map(([name]) => name.replace(/_bucket$/, ''))),
];

/** Every metric there is: those that are watched by others are registered when they are. */
async function allMetrics(): Promise<string[]> {
  const metrics = createMetrics();
  const house = {
    assets: { active: 0, retired: 0 },
    heldDevices: 0,
    silentAssets: 0,
    keysUsedUp: 0,
    softwareWaiting: 0,
    keysExpiring: 0,
  };
  metrics.watchHouse(() => Promise.resolve(house));
  metrics.watchUpstreams(() => Promise.resolve([]));
  for (const watch of Object.keys(metrics).filter((name) => /^watch(?!House|Upstreams)/.test(name))) {
    metrics[watch as 'watchQueue'](() => 0);
  }
  return (await metrics.registry.getMetricsAsJSON()).map(({ name }) => name);
}

test.each(['monitoring/alerts.yml', 'monitoring/grafana-dashboard.json', 'monitoring.md'])(
  'every metric that %s names is one of ours',
  async (name) => {
    const known = await allMetrics();
    const names = named(read(name));
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((one) => !known.includes(one))).toEqual([]);
  },
);

test('the table says what every metric of ours says', async () => {
  const ours = (await allMetrics()).filter((name) => name.startsWith('gatehouse_'));
  expect(ours.filter((name) => !named(read('monitoring.md')).includes(name))).toEqual([]);
});

test('the alert rules can be read, and each says what is the matter', () => {
  const { groups } = safeLoad(read('monitoring/alerts.yml')) as {
    groups: { rules: { alert: string; expr: string; annotations: { summary: string } }[] }[];
  };
  for (const { alert, expr, annotations } of groups.flatMap(({ rules }) => rules)) {
    expect([alert, typeof expr, annotations.summary.length > 10]).toEqual([alert, 'string', true]);
  }
});

test('the dashboard asks only for what is there, with no two panels in one place', () => {
  const { panels } = JSON.parse(read('monitoring/grafana-dashboard.json')) as {
    panels: { gridPos: { x: number; y: number }; targets: { expr: string }[] }[];
  };
  const places = panels.map(({ gridPos: { x, y } }) => `${x} ${y}`);
  expect(new Set(places).size).toBe(panels.length);
  for (const { targets } of panels) expect(targets.length).toBeGreaterThan(0);
});
