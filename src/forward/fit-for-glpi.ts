import { isJsonObject, type InventoryContent, type JsonObject, type JsonValue } from '../domain/inventory';
import type { FieldPlan } from '../ingest/validate/field-plan';

/**
 * The part of an inventory that goes upstream: the fields that the plans know, with the type that they say. Everything
 * else is left out, however it was stored: none of GLPI's injections so far came in a typed text of bounded length.
 */
export function fitForGlpi(content: InventoryContent, plans: ReadonlyMap<string, FieldPlan>): JsonObject {
  const fitted: JsonObject = {};
  for (const [name, plan] of plans) {
    if (!Object.hasOwn(content, name)) continue;
    const value = fit(plan, content[name]);
    if (value !== undefined) fitted[name] = value;
  }
  return fitted;
}

function fit(plan: FieldPlan, value: JsonValue | undefined): JsonValue | undefined {
  switch (plan.kind) {
    case 'text':
      return fitText(plan, value);
    case 'integer':
      return Number.isSafeInteger(value) && Number(value) >= plan.minimum && Number(value) <= plan.maximum
        ? value
        : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'choice':
      return typeof value === 'string' && [...plan.choices.values()].includes(value) ? value : undefined;
    case 'list':
      return Array.isArray(value) ? fitList(plan, value) : undefined;
    case 'object':
      return fitObject(plan, value);
    case 'text-or-list':
      return Array.isArray(value) ? fitList(plan.list, value) : fitText(plan.text, value);
  }
}

/** What agents call supplies and counters: `tonerblack`, `copyblack_a3`. Not `__proto__`. */
const restName = /^[a-z][a-z0-9_]{0,63}$/;
const maxRestNames = 200;

type PlanOf<K extends FieldPlan['kind']> = Extract<FieldPlan, { kind: K }>;

function fitText(plan: PlanOf<'text'>, value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.replace(/[^\P{Cc}\t\n\r]/gu, '').toWellFormed();
  if (fitsText(plan, text)) return text;
  const repaired = plan.repair?.(text);
  return repaired !== undefined && fitsText(plan, repaired) ? repaired : undefined;
}

function fitsText({ minLength, maxLength, pattern }: PlanOf<'text'>, text: string): boolean {
  return text.length >= minLength && text.length <= maxLength && (pattern?.test(text) ?? true);
}

function fitList(plan: PlanOf<'list'>, values: readonly JsonValue[]): JsonValue[] {
  return values.slice(0, plan.maxItems).flatMap((value) => {
    const fitted = fit(plan.item, value);
    return fitted === undefined ? [] : [fitted];
  });
}

function fitObject(plan: PlanOf<'object'>, value: JsonValue | undefined): JsonObject | undefined {
  if (!isJsonObject(value)) return undefined;
  const fitted: JsonObject = {};
  const take = (field: FieldPlan, name: string): void => {
    const one = Object.hasOwn(value, name) ? fit(field, value[name]) : undefined;
    const kept = one ?? plan.defaults.get(name);
    if (kept !== undefined) fitted[name] = kept;
  };
  plan.fields.forEach(take);
  if (plan.rest !== undefined) for (const name of restNames(plan, value)) take(plan.rest, name);
  const isWhole = plan.required.every((name) => fitted[name] !== undefined);
  return isWhole && Object.keys(fitted).length > 0 ? fitted : undefined;
}

/** Keys that the plan takes without naming them, e.g. the supplies of a printer. */
function restNames({ fields }: PlanOf<'object'>, value: JsonObject): string[] {
  const names = Object.keys(value).filter((name) => restName.test(name) && !fields.has(name));
  return names.slice(0, maxRestNames);
}
