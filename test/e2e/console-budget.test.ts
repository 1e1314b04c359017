import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/** As the gateway serves it: `npm test` has built it. */
const dist = path.resolve(__dirname, '../../web/dist');
const maxFirstLoadBytes = 350 * 1024;
const sentBytes = (file: string): number =>
  statSync(existsSync(`${file}.gz`) ? `${file}.gz` : file, { throwIfNoEntry: true }).size;

test('what a browser loads before it shows the console is less than 350 KiB, and no pictures of numbers are in it', () => {
  const html = readFileSync(path.join(dist, 'index.html'), 'utf8');
  const files = [...html.matchAll(/(?:src|href)="\/admin\/(files\/[^"]+)"/g)].map(([, file = '']) => file);
  expect(files.length).toBeGreaterThan(1);
  const bytes = files.reduce((sum, file) => sum + sentBytes(path.join(dist, file)), 0);
  expect(bytes).toBeGreaterThan(50 * 1024);
  expect(bytes).toBeLessThan(maxFirstLoadBytes);
  for (const file of files) expect(readFileSync(path.join(dist, file), 'utf8')).not.toContain('recharts');
});
