import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { constants, gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

const root = import.meta.dirname;
/** Not the pages: the gateway writes into them. */
const worthCompressing = /\.(js|css|svg)$/;

/** Compressed once here, not by the gateway on each request. */
const compress = {
  name: 'compress',
  apply: 'build',
  writeBundle({ dir }) {
    for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !worthCompressing.test(entry.name)) continue;
      const file = path.join(entry.parentPath, entry.name);
      writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: constants.Z_BEST_COMPRESSION }));
    }
  },
};

/** `npm run console`: the console from its sources, on the API of a gateway that runs beside it. */
const gateway = process.env.GATEHOUSE_URL ?? 'http://localhost:8080';

export default defineConfig({
  root,
  base: '/admin/',
  plugins: [compress],
  build: {
    outDir: 'dist',
    // Not `assets`: that is a page.
    assetsDir: 'files',
    emptyOutDir: true,
    // Nothing inline: the policy of the page lets no data: script or picture in.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    // Swagger UI alone has 1,600 kB; what the console loads is bounded by a test.
    chunkSizeWarningLimit: 2000,
    // A test adds up what the first page loads.
    manifest: true,
    rolldownOptions: {
      input: ['index.html', 'api-docs.html'].map((page) => path.join(root, page)),
      onLog: (level, log, handle) => {
        // The component library marks each file "use client", which means nothing without a server that renders.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
  server: { port: 5173, strictPort: true, proxy: { '/api': { target: gateway } } },
});
