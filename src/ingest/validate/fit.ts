import { isJsonObject, type JsonObject, type JsonValue } from '../../domain/inventory';
import type { FieldPlan, ListPlan, ObjectPlan, TextPlan } from './field-plan';
import type { NoteBook } from './note-book';
import { cutText } from './wholesome';

/** Where in the content a value stands (changed while walking), and where to write what was done to it. */
export interface FitContext {
  readonly path: (string | number)[];
  readonly notes: NoteBook;
}

/** Longest text that is read as a number or a truth value. */
const maxNumberLength = 40;
const numeric = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;
const truths = new Map([
  ...['1', 'true', 'yes', 'on'].map((word) => [word, true] as const),
  ...['0', 'false', 'no', 'off', ''].map((word) => [word, false] as const),
]);

/**
 * Makes a value fit its plan, changing lists and objects in place. Undefined when nothing can be made of it: its place
 * is then removed. Whatever comes back passes the schema that the plan was read from.
 */
export function fit(plan: FieldPlan, value: JsonValue, context: FitContext): JsonValue | undefined {
  if (value === null) return drop(context, 'null: dropped');
  switch (plan.kind) {
    case 'text':
      return fitText(plan, value, context);
    case 'integer': {
      const number = integerOf(value);
      const isInside = number !== undefined && number >= plan.minimum && number <= plan.maximum;
      return isInside ? number : drop(context, 'not a whole number: dropped');
    }
    case 'boolean':
      return booleanOf(value) ?? drop(context, 'neither true nor false: dropped');
    case 'choice': {
      const word = textOf(value)?.trim().toLowerCase();
      const choice = word === undefined ? undefined : plan.choices.get(word);
      return choice ?? drop(context, 'none of the words allowed here: dropped');
    }
    case 'list':
      return fitList(plan, value, context);
    case 'object':
      return fitObject(plan, value, context);
    case 'text-or-list':
      return Array.isArray(value) ? fitList(plan.list, value, context) : fitText(plan.text, value, context);
  }
}

function drop(context: FitContext, note: string): JsonValue | undefined {
  context.notes.add(context.path, note);
  return undefined;
}

function textOf(value: JsonValue): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function fitText(plan: TextPlan, value: JsonValue, context: FitContext): JsonValue | undefined {
  let text = textOf(value);
  if (text === undefined && Array.isArray(value)) {
    // An element that stands twice in XML, such as NAME of an Android sensor.
    text = value.map(textOf).find((item) => item !== undefined);
    if (text !== undefined) context.notes.add(context.path, 'list where text belongs: first one taken');
  }
  if (text === undefined || text.length < plan.minLength) return drop(context, 'not text: dropped');
  if (plan.pattern === undefined) return cutText(text, plan.maxLength, context.path, context.notes);
  if (fitsPattern(plan, plan.pattern, text)) return text;
  const repaired = plan.repair?.(text);
  if (repaired !== undefined && fitsPattern(plan, plan.pattern, repaired)) {
    context.notes.add(context.path, `${plan.typeName} rewritten`);
    return repaired;
  }
  return drop(context, `not a valid ${plan.typeName}: dropped`);
}

function fitsPattern(plan: TextPlan, pattern: Pick<RegExp, 'test'>, text: string): boolean {
  return text.length <= plan.maxLength && pattern.test(text);
}

/** `"12"`, `" 12 "`, `"12.0"`, `"1e3"`; undefined for fractions, units and what a double cannot hold exactly. */
function integerOf(value: JsonValue): number | undefined {
  // Converting an object would call whatever the agent sent as its toString.
  if (typeof value === 'object') return undefined;
  const number = typeof value === 'string' ? numberOf(value) : Number(value);
  if (!Number.isSafeInteger(number)) return undefined;
  return number === 0 ? 0 : number;
}

function numberOf(text: string): number {
  const trimmed = text.length > maxNumberLength ? '' : text.trim();
  return numeric.test(trimmed) ? Number(trimmed) : NaN;
}

function booleanOf(value: JsonValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = textOf(value);
  return text === undefined || text.length > maxNumberLength
    ? undefined
    : truths.get(text.trim().toLowerCase());
}

function fitList(plan: ListPlan, value: JsonValue, context: FitContext): JsonValue | undefined {
  const list = listOf(plan, value);
  if (list === undefined) return drop(context, 'not a list: dropped');
  if (list !== value)
    context.notes.add(context.path, 'single value where a list belongs: taken as a list of one');
  if (list.length > plan.maxItems) {
    context.notes.add(context.path, `more than ${plan.maxItems} rows: cut`);
    list.length = plan.maxItems;
  }
  let kept = 0;
  for (let index = 0; index < list.length; index++) {
    context.path.push(index);
    const fitted = fit(plan.item, list[index] ?? null, context);
    context.path.pop();
    if (fitted !== undefined) list[kept++] = fitted;
  }
  list.length = kept;
  return list;
}

/** One row instead of a list of rows; one scalar, or the `{"ip": …}` of old agents, instead of a list of scalars. */
function listOf(plan: ListPlan, value: JsonValue): JsonValue[] | undefined {
  if (Array.isArray(value)) return value;
  const isObject = typeof value === 'object' && value !== null;
  if (plan.item.kind === 'object') return isObject ? [value] : undefined;
  return isObject ? Object.values(value).flat(1) : [value];
}

function fitObject(plan: ObjectPlan, value: JsonValue, context: FitContext): JsonValue | undefined {
  const object = objectOf(value);
  if (object === undefined) return drop(context, 'not an object: dropped');
  if (object !== value) context.notes.add(context.path, 'list where an object belongs: first one taken');
  for (const key of Object.keys(object)) {
    const field = plan.fields.get(key) ?? plan.rest;
    if (field === undefined) continue;
    context.path.push(key);
    const fitted = fit(field, object[key] ?? null, context);
    context.path.pop();
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
    if (fitted === undefined) delete object[key];
    else object[key] = fitted;
  }
  return fillRequired(plan, object, context) ? object : undefined;
}

function objectOf(value: JsonValue): JsonObject | undefined {
  const first = Array.isArray(value) ? value.find((item) => objectOfOne(item) !== undefined) : value;
  return first === undefined ? undefined : objectOfOne(first);
}

function objectOfOne(value: JsonValue): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

/** False when something is missing that makes the object what it is. */
function fillRequired(plan: ObjectPlan, object: JsonObject, context: FitContext): boolean {
  for (const key of plan.required) {
    if (Object.hasOwn(object, key)) continue;
    const value = plan.defaults.get(key);
    if (value === undefined) {
      drop(context, `without ${key}: dropped`);
      return false;
    }
    object[key] = value;
    context.notes.add([...context.path, key], `missing: set to "${value}"`);
  }
  return true;
}
