import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import { planOf, type FieldPlan, type SchemaNode } from './field-plan';

/** A section that the schemas know: `fits` is ajv's compiled check, `plan` the same schema as a guide for mending. */
export interface Section {
  readonly fits: (value: unknown) => boolean;
  readonly plan: FieldPlan;
}

interface SectionSchema {
  readonly $id: string;
  readonly properties: Readonly<Record<string, SchemaNode>>;
}

interface TypeSchema {
  readonly $defs: Readonly<Record<string, SchemaNode>>;
}

/** `schemas/` stands beside `src/` and `dist/`, which have the same depth. */
export const schemaFolder = path.join(__dirname, '..', '..', '..', 'schemas');
const typesFile = 'inventory-types.json';
const sectionFiles = ['inventory-machine.json', 'inventory-software.json', 'inventory-network.json'];

/**
 * Reads and compiles the schemas of all sections: about 0.3 s, once at start. One check a section, so that a slip in
 * one sends only that one on the slow way.
 */
export function loadSections(): ReadonlyMap<string, Section> {
  const types = readSchema(typesFile) as TypeSchema;
  const plans = loadPlans();
  // Lengths in UTF-16 units: never less than the code points that the standard counts, and five times faster.
  // Ajv calls the option deprecated by way of its logger. Schemas are checked against their meta-schema in a test.
  // Optimising the code takes a third of the time and makes the checks no faster.
  const ajv = new Ajv2020({
    unicode: false,
    logger: false,
    allowUnionTypes: true,
    validateSchema: false,
    code: { optimize: false },
  });
  ajv.addSchema(types);
  const sections = new Map<string, Section>();
  for (const file of sectionFiles) {
    const schema = readSchema(file) as SectionSchema;
    ajv.addSchema(schema);
    for (const name of Object.keys(schema.properties)) {
      const fits = ajv.compile({ $ref: `${schema.$id}#/properties/${name}` });
      const plan = plans.get(name);
      if (plan !== undefined) sections.set(name, { fits, plan });
    }
  }
  return sections;
}

/** The guides alone, for whoever checks nothing: none of the 0.3 s. */
export function loadPlans(): ReadonlyMap<string, FieldPlan> {
  const types = readSchema(typesFile) as TypeSchema;
  const nodes = sectionFiles.flatMap((file) =>
    Object.entries((readSchema(file) as SectionSchema).properties),
  );
  return new Map(nodes.map(([name, node]) => [name, planOf(node, types.$defs)]));
}

function readSchema(file: string): unknown {
  return JSON.parse(readFileSync(path.join(schemaFolder, file), 'utf8'));
}
