import express from 'express';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import supertest from 'supertest';
import { createApiDocsRouter } from '../../src/http/api-docs';
import { builtConsole, createConsoleRouter } from '../../src/http/console';

const script = 'console.log("a script of the console")\n';
let folder: string;
let console_: ReturnType<typeof supertest>;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gatehouse-console-'));
  mkdirSync(path.join(folder, 'files'));
  writeFileSync(path.join(folder, 'index.html'), '<meta name="csp-nonce" content="" />');
  writeFileSync(path.join(folder, 'favicon.svg'), '<svg/>');
  writeFileSync(path.join(folder, 'files/index-1a2b.js'), script);
  writeFileSync(path.join(folder, 'files/index-1a2b.js.gz'), gzipSync(script));
  console_ = supertest(express().use('/admin', createConsoleRouter(folder)));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('gives its page at every path, never kept, with a nonce that no other answer has', async () => {
  const nonces = await Promise.all(
    ['/admin', '/admin/', '/admin/keys/abc', '/admin/sign-in?to=%2Fkeys'].map(async (at) => {
      const { status, text, headers } = await console_.get(at);
      const [, nonce = ''] = /content="([\w+/=]{24})"/.exec(text) ?? [];
      expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
      expect(headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonce}'`);
      return nonce;
    }),
  );
  expect(new Set(nonces).size).toBe(4);
});

it('lets no inline script, no other host and no frame in', async () => {
  const { headers } = await console_.get('/admin/');
  const policy = String(headers['content-security-policy']);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
  expect(headers['x-content-type-options']).toBe('nosniff');
});

it('gives files of the build compressed to whoever takes that, to be kept for ever', async () => {
  const plain = await console_.get('/admin/files/index-1a2b.js').set('Accept-Encoding', 'identity');
  const small = await console_.get('/admin/files/index-1a2b.js').set('Accept-Encoding', 'gzip');
  expect([plain.text, small.text]).toEqual([script, script]);
  expect([plain.headers['content-encoding'], small.headers['content-encoding']]).toEqual([undefined, 'gzip']);
  for (const { headers } of [plain, small]) {
    expect(headers['content-type']).toMatch(/javascript/);
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers.vary).toBe('Accept-Encoding');
  }
  expect((await console_.get('/admin/favicon.svg')).headers['content-type']).toMatch(/svg/);
});

it.each(['/admin/files/missing.js', '/admin/files/', '/admin/files/..%2findex.html'])(
  'has nothing at %s',
  async (at) => {
    expect((await console_.get(at)).status).toBe(404);
  },
);

it('takes no POST, and says so when it was never built', async () => {
  expect((await console_.post('/admin/')).status).toBe(404);
  const missing = supertest(express().use('/admin', createConsoleRouter(path.join(folder, 'none'))));
  const { status, text } = await missing.get('/admin/');
  expect([status, text]).toEqual([503, expect.stringContaining('npm run build')]);
});

it('has the API to read at /api/docs and nowhere below it, by a policy that lets no other host in', async () => {
  writeFileSync(path.join(folder, 'api-docs.html'), '<title>the admin API</title>');
  const docs = supertest(express().use('/api/docs', createApiDocsRouter(folder)));
  for (const at of ['/api/docs', '/api/docs/']) {
    const { status, text, headers } = await docs.get(at);
    expect([status, text, headers['cache-control']]).toEqual([
      200,
      '<title>the admin API</title>',
      'no-store',
    ]);
    expect(headers['content-security-policy']).toContain("script-src 'self';style-src 'self';");
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*|https?:/);
    expect(await docs.head(at)).toMatchObject({ status: 200, type: 'text/html' });
    expect(await docs.post(at)).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  }
  expect((await docs.get('/api/docs/index.php')).status).toBe(404);
  const missing = supertest(express().use('/api/docs', createApiDocsRouter(path.join(folder, 'none'))));
  expect((await missing.get('/api/docs')).status).toBe(503);
});

interface Chunk {
  readonly file: string;
  readonly css?: readonly string[];
  readonly imports?: readonly string[];
  readonly isEntry?: boolean;
}

/** Most bytes, as sent, from an empty cache to the overview; the library of its chart comes after the page is there. */
const maxFirstLoadBytes = 350 * 1024;

it('loads its first page in less than 350 KB', () => {
  const manifest = JSON.parse(readFileSync(path.join(builtConsole, '.vite/manifest.json'), 'utf8')) as Record<
    string,
    Chunk
  >;
  const files = new Set<string>();
  const load = (name: string): void => {
    const { file, css = [], imports = [] } = manifest[name]!;
    if (files.has(file)) return;
    for (const one of [file, ...css]) files.add(one);
    imports.forEach(load);
  };
  load('index.html');
  load('src/pages/overview/overview-page.tsx');
  const sizes = [...files].map((file) => {
    const compressed = readFileSync(path.join(builtConsole, `${file}.gz`));
    expect(gunzipSync(compressed).equals(readFileSync(path.join(builtConsole, file)))).toBe(true);
    return compressed.length;
  });
  expect(sizes.length).toBeGreaterThan(3);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(maxFirstLoadBytes);
});
