import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';
import type { InventoryMessage, JsonValue, Note, ValidInventory } from '../../../src/domain/inventory';
import { createValidator } from '../../../src/ingest/validate';
import { schemaFolder } from '../../../src/ingest/validate/sections';

export const validate = createValidator();

export const deviceid = 'pc-2026-06-01-12-00-00';

/** A message as the decoder gives it, with the content given and nothing special around it. */
export function messageWith(content: unknown, rest: Partial<InventoryMessage> = {}): InventoryMessage {
  return {
    kind: 'inventory',
    action: 'inventory',
    deviceid,
    itemtype: undefined,
    partial: undefined,
    tag: undefined,
    notes: [],
    content,
    ...rest,
  };
}

/** The inventory after validation; fails the test when it was refused. */
export function accepted(message: InventoryMessage, userAgent?: string): ValidInventory {
  const result = validate(message, { userAgent });
  if (result.verdict === 'refused') {
    throw new Error(`refused: ${result.reason} ${JSON.stringify(result.evidence)}`);
  }
  return result.value;
}

/** Reason and evidence of the refusal; undefined when it was accepted. */
export function refusal(message: InventoryMessage): unknown {
  const result = validate(message, { userAgent: undefined });
  return result.verdict === 'refused' ? [result.reason, result.evidence] : undefined;
}

export interface ValidatedSection {
  readonly value: JsonValue | undefined;
  /** Notes other than the one that every test content without version gets. */
  readonly notes: readonly Note[];
}

/** What becomes of one section. */
export function sectionAfter(name: string, value: unknown): ValidatedSection {
  const { content, notes } = accepted(messageWith({ versionclient: 'test', [name]: value }));
  return { value: content[name], notes };
}

/** Second opinion on what validation lets pass: the same schemas, compiled as the standard says, without coercion. */
export function strictSchema(): ValidateFunction {
  const ajv = new Ajv2020({ allowUnionTypes: true });
  for (const file of readdirSync(schemaFolder).filter((name) => /^inventory.*\.json$/.test(name))) {
    ajv.addSchema(JSON.parse(readFileSync(path.join(schemaFolder, file), 'utf8')) as object);
  }
  const compiled = ajv.getSchema('inventory.json');
  if (compiled === undefined) throw new Error('schemas/inventory.json is missing');
  return compiled as ValidateFunction;
}

/** The inventory as the document that schemas/inventory.json describes. */
export function documentOf(inventory: ValidInventory): unknown {
  const { action, itemtype, partial, tag, content } = inventory;
  const document = { action, deviceid: inventory.deviceid, itemtype, partial, content };
  return tag === undefined ? document : { ...document, tag };
}
