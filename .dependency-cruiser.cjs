'use strict';

// Each room may import only the rooms listed for it (and itself); ARCHITECTURE.md draws the same picture.
// Composition happens in src/gateway/, which wires every room, and in src/cli, which calls it.
const may = {
  domain: [],
  settings: ['domain'],
  observability: ['domain'],
  protocol: ['domain'],
  identity: ['domain'],
  ingest: ['domain', 'protocol', 'identity'],
  glpi: ['domain'],
  forward: ['domain', 'ingest/validate/field-plan'],
  upstream: ['domain', 'forward', 'reach'],
  oidc: ['domain'],
  webhooks: ['domain', 'forward/backoff'],
  store: [
    'domain',
    'identity',
    'ingest/ports',
    'forward/ports',
    'registration/ports',
    'jobs/ports',
    'webhooks/ports',
    'observability',
  ],
  jobs: ['domain'],
  reach: ['domain'],
  registration: ['domain', 'reach', 'observability'],
  admin: ['domain', 'store', 'ingest', 'identity', 'forward', 'observability', 'glpi', 'webhooks', 'oidc'],
  http: ['domain', 'ingest', 'protocol', 'admin', 'oidc', 'registration', 'jobs', 'observability'],
  simulation: [],
  cli: [
    'reach',
    'registration',
    'simulation',
    'domain',
    'settings',
    'admin',
    'store',
    'observability',
    'gateway',
    'protocol',
    'upstream',
  ],
};

const rooms = Object.entries(may).map(([room, floor]) => ({
  name: `${room}-imports-only-its-floor`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: [room, ...floor].map((allowed) => `^src/${allowed}(/|\\.ts$)`) },
}));

const onlyIn = (name, room, packages) => ({
  name,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/(${room})/` },
  to: { path: `node_modules/(${packages})/` },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    ...rooms,
    onlyIn('express-only-in-http', 'http', 'express|helmet'),
    onlyIn('sql-only-in-store', 'store', 'pg|kysely'),
    onlyIn('xml-only-in-protocol', 'protocol', 'saxes'),
    onlyIn('http-client-only-in-upstream', 'upstream|webhooks', 'undici'),
    onlyIn('openid-only-in-oidc', 'oidc', 'openid-client'),
    onlyIn('terminal-only-in-cli', 'cli', 'commander|cli-table3'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
