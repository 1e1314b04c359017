import { aliases, repairs, type Repair } from './repairs';

/** What a field must be, read from its JSON Schema: what ajv checks, in a form that values can be made to fit. */
export type FieldPlan =
  | TextPlan
  | { readonly kind: 'integer'; readonly minimum: number; readonly maximum: number }
  | { readonly kind: 'boolean' }
  /** Lower-case word → the word as the format spells it. */
  | { readonly kind: 'choice'; readonly choices: ReadonlyMap<string, string> }
  | ListPlan
  | ObjectPlan
  | { readonly kind: 'text-or-list'; readonly text: TextPlan; readonly list: ListPlan };

export interface TextPlan {
  readonly kind: 'text';
  readonly typeName: string;
  readonly minLength: number;
  readonly maxLength: number;
  readonly pattern: Pick<RegExp, 'test'> | undefined;
  readonly repair: Repair | undefined;
}

export interface ListPlan {
  readonly kind: 'list';
  readonly maxItems: number;
  readonly item: FieldPlan;
}

export interface ObjectPlan {
  readonly kind: 'object';
  readonly fields: ReadonlyMap<string, FieldPlan>;
  /** Type of fields that have no plan of their own; undefined: anything. */
  readonly rest: FieldPlan | undefined;
  readonly required: readonly string[];
  /** What a missing required field becomes. */
  readonly defaults: ReadonlyMap<string, string>;
}

/** The part of JSON Schema that the inventory schemas use. Anything else in them is a fault at start. */
export interface SchemaNode {
  readonly [keyword: string]: unknown;
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly items?: SchemaNode;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode;
  readonly default?: string;
}

const keywords = new Set(
  (
    '$ref type enum minLength maxLength pattern minimum maximum maxItems items required properties ' +
    'additionalProperties default description'
  ).split(' '),
);

/** Reads a plan from a schema. `types` are the named types that references point to. */
export function planOf(
  node: SchemaNode,
  types: Readonly<Record<string, SchemaNode>>,
  typeName = '',
): FieldPlan {
  const unknown = Object.keys(node).find((keyword) => !keywords.has(keyword));
  if (unknown !== undefined) throw new Error(`Keyword "${unknown}" has no meaning in an inventory schema`);
  if (node.$ref !== undefined) {
    const name = node.$ref.replace(/^.*#\/\$defs\//, '');
    const target = types[name];
    if (target === undefined) throw new Error(`Schema type "${node.$ref}" is not defined`);
    return planOf(target, types, name);
  }
  if (node.enum !== undefined) return choicePlan(node.enum, typeName);
  switch (String(node.type)) {
    case 'string':
      return textPlan(node, typeName);
    case 'integer':
      return { kind: 'integer', minimum: limit(node, 'minimum'), maximum: limit(node, 'maximum') };
    case 'boolean':
      return { kind: 'boolean' };
    case 'array':
      return listPlan(node, types);
    case 'object':
      return objectPlan(node, types);
    case 'string,array':
      return { kind: 'text-or-list', text: textPlan(node, typeName), list: listPlan(node, types) };
    default:
      throw new Error(`Schema type ${String(node.type)} is not supported`);
  }
}

/** Every text, number and list of an inventory has a limit: a schema that forgets one is a fault. */
function limit(node: SchemaNode, keyword: 'minimum' | 'maximum' | 'maxItems'): number {
  const value = node[keyword];
  if (value === undefined) throw new Error(`Schema of type ${String(node.type)} has no ${keyword}`);
  return value;
}

function choicePlan(words: readonly string[], typeName: string): FieldPlan {
  const choices = new Map(Object.entries(aliases[typeName] ?? {}));
  for (const word of words) choices.set(word.toLowerCase(), word);
  return { kind: 'choice', choices };
}

function textPlan(node: SchemaNode, typeName: string): TextPlan {
  if (node.maxLength === undefined && node.pattern === undefined) {
    throw new Error(`Text type "${typeName}" has no maxLength`);
  }
  return {
    kind: 'text',
    typeName,
    minLength: node.minLength ?? 0,
    maxLength: node.maxLength ?? Infinity,
    pattern: node.pattern === undefined ? undefined : new RegExp(node.pattern),
    repair: repairs[typeName],
  };
}

function listPlan(node: SchemaNode, types: Readonly<Record<string, SchemaNode>>): ListPlan {
  if (node.items === undefined) throw new Error('Schema of a list says nothing of its items');
  return { kind: 'list', maxItems: limit(node, 'maxItems'), item: planOf(node.items, types) };
}

function objectPlan(node: SchemaNode, types: Readonly<Record<string, SchemaNode>>): ObjectPlan {
  const fields = new Map<string, FieldPlan>();
  const defaults = new Map<string, string>();
  for (const [name, field] of Object.entries(node.properties ?? {})) {
    fields.set(name, planOf(field, types));
    if (field.default !== undefined) defaults.set(name, field.default);
  }
  const rest = node.additionalProperties === undefined ? undefined : planOf(node.additionalProperties, types);
  return { kind: 'object', fields, rest, required: node.required ?? [], defaults };
}
