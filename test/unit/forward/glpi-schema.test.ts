import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { InventoryContent, JsonObject } from '../../../src/domain/inventory';
import { plansForGlpi } from '../../../src/forward/glpi-plans';
import { messageOf } from '../../../src/forward/message';
import type { DueAsset } from '../../../src/forward/ports';
import { loadPlans } from '../../../src/ingest/validate/sections';
import { validate } from '../ingest/validating';
import { corpusFolder, decoded, filesIn } from '../protocol/shared-files';
import { everyField } from './every-field';

/**
 * GLPI's schemas are not ours to keep here. GLPI_SCHEMA_DIR names a folder of them, one file a release of
 * glpi-project/inventory_format, e.g. `1.1.14.json`: `git show 1.1.14:inventory.schema.json > 1.1.14.json`.
 */
const folder = process.env.GLPI_SCHEMA_DIR ?? '';
const schemas = filesIn(folder, '.json');
const describeWithSchemas = schemas.length > 0 && existsSync(corpusFolder) ? describe : describe.skip;

interface GlpiSchema {
  readonly isValid: ValidateFunction;
  readonly itemtypes: RegExp;
}

function readSchema(file: string): GlpiSchema {
  const schema = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as {
    $id?: string;
    properties: { itemtype: { pattern: string } };
  };
  // As GLPI's own validator: keywords that draft 07 does not know say nothing.
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  return { isValid: ajv.compile(schema), itemtypes: new RegExp(schema.properties.itemtype.pattern) };
}

const plans = plansForGlpi(loadPlans());

/** What GLPI is sent of it. */
function sent(itemtype: string, deviceid: string, content: InventoryContent): JsonObject {
  const due = { wanted: 'x', itemtype, sender: { deviceid: deviceid || 'x' }, tag: 'T', content } as DueAsset;
  const message = messageOf(due, plans, '00000000-0000-4000-8000-000000000000');
  if (message === undefined) throw new Error('nothing is sent');
  return JSON.parse(inflateSync(message.body).toString()) as JsonObject;
}

const kinds = ['inventory', 'partial', 'esx', 'netdiscovery', 'snmp', 'fragment', 'other', 'wire'];
const files = kinds.flatMap((kind) =>
  filesIn(path.join(corpusFolder, kind), '')
    .filter((name) => !name.endsWith('.hdr.json'))
    .map((name) => `${kind}/${name}`),
);

describeWithSchemas('what is sent, before each schema that GLPI came with', () => {
  const payloads = files.flatMap((file) =>
    decoded(readFileSync(path.join(corpusFolder, file))).messages.flatMap((message) => {
      const result = message.kind === 'inventory' ? validate(message, { userAgent: 'a_v1' }) : undefined;
      if (result?.verdict !== 'passed') return [];
      const { itemtype, deviceid, content } = result.value;
      return [{ file, itemtype, body: sent(itemtype, deviceid, content) }];
    }),
  );

  test.each(schemas)('%s refuses no payload of the corpus', (schema) => {
    const { isValid, itemtypes } = readSchema(schema);
    const known = payloads.filter(({ itemtype }) => itemtypes.test(itemtype));
    expect(known.length).toBeGreaterThan(200);
    const refused = known.flatMap(({ file, body }) =>
      isValid(body) ? [] : [[file, isValid.errors?.map((e) => [e.instancePath, e.message, e.params])]],
    );
    expect(refused).toEqual([]);
  });

  test.each(schemas)('%s refuses no inventory with every field that Gatehouse knows', (schema) => {
    const { isValid } = readSchema(schema);
    for (const content of everyField()) {
      isValid(sent('Computer', 'x', content));
      expect((isValid.errors ?? []).filter(({ instancePath }) => !instancePath.endsWith('/vmtype'))).toEqual(
        [],
      );
    }
  });
});
