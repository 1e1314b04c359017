// What each stage of the way of an inventory costs, in µs of one thread: best of several rounds, because the machine
// is never quite alone. Needs the built program (npm run build).
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { deflateSync, inflateSync } from 'node:zlib';
import { printTable } from './table.mjs';

const root = path.resolve(import.meta.dirname, '..');
const load = createRequire(path.join(root, 'dist/'));
const { decode } = load('./protocol/decode.js');
const { defaultDecodeLimits } = load('./protocol/limits.js');
const { readAgentHeaders } = load('./protocol/read-headers.js');
const { createValidator } = load('./ingest/validate.js');
const { digestSections } = load('./ingest/section-digests.js');
const { identityOf } = load('./identity/device-identity.js');
const { displayOf } = load('./identity/display-identity.js');
const { issueSecret } = load('./domain/key-format.js');
const { hashesOf, peppersOf } = load('./domain/pepper.js');
const { readClaim } = load('./ingest/authenticate.js');

const rounds = 12;
const roundMs = 60;

function costUs(step) {
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    let runs = 0;
    const startedAt = performance.now();
    do {
      step();
      runs++;
    } while (performance.now() - startedAt < roundMs);
    best = Math.min(best, ((performance.now() - startedAt) * 1000) / runs);
  }
  return best;
}

const templates = path.resolve(root, '../shared/load/templates');
const names = ['json-31k.json.tpl', 'json-160k.json.tpl', 'xml-55k.xml.tpl', 'xml-160k.xml.tpl'];
const headers = readAgentHeaders([
  'Content-Type',
  'application/x-compress-zlib',
  'User-Agent',
  'GLPI-Agent_v1.11',
]);
const validate = createValidator();
const peppers = peppersOf(randomBytes(32));
const { full } = issueSecret('grk', randomBytes);

if (existsSync(templates)) {
  const rows = names.map((name) => {
    const text = readFileSync(path.join(templates, name), 'utf8')
      .replace(/\{\{MAC(\d+)\}\}/g, '02:00:00:00:00:0$1')
      .replace(/\{\{\w+\}\}/g, '1');
    const wire = deflateSync(text);
    const message = () => decode(wire, headers, defaultDecodeLimits).value.messages[0];
    const inventory = validate(message(), { userAgent: undefined }).value;
    const json = JSON.stringify(inventory.content);
    const decodeUs = costUs(message);
    const decodeAndValidateUs = costUs(() => validate(message(), { userAgent: undefined }));
    return [
      name.replace('.tpl', ''),
      ...[
        costUs(() =>
          readClaim([{ carrier: 'basic', text: full }], new Date(), (text) => hashesOf(peppers, text)),
        ),
        costUs(() => inflateSync(wire)),
        decodeUs,
        Math.max(0, decodeAndValidateUs - decodeUs),
        costUs(() => identityOf(inventory, undefined)),
        costUs(() => digestSections(inventory.content)),
        costUs(() => displayOf(inventory)),
        costUs(() => JSON.stringify(inventory.content)),
        costUs(() => deflateSync(json, { level: 1 })),
      ].map((us) => us.toFixed(0)),
    ];
  });
  printTable(
    [
      'µs a document',
      'key',
      'inflate',
      'decode (with inflate)',
      'validate',
      'identity',
      'digests',
      'display',
      'stringify',
      'deflate 1',
    ],
    rows,
  );
} else {
  console.log(`no templates in ${templates}: steps left out`);
}
