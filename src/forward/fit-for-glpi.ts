import { isJsonObject, type InventoryContent, type JsonObject, type JsonValue } from '../domain/inventory';
import type { FieldPlan } from '../ingest/validate/field-plan';

/**
 * The part of an inventory that goes upstream: the fields that our schemas know, with the type that they say. Everything
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

type PlanOf<K extends FieldPlan['kind']> = Extract<FieldPlan, { kind: K }>;

function fitText(plan: PlanOf<'text'>, value: JsonValue | undefined): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.replace(/[^\P{Cc}\t\n\r]/gu, '').toWellFormed();
  if (text.length < plan.minLength || text.length > plan.maxLength) return undefined;
  return plan.pattern === undefined || plan.pattern.test(text) ? text : undefined;
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
  for (const [name, field] of plan.fields) {
    if (!Object.hasOwn(value, name)) continue;
    const one = fit(field, value[name]);
    if (one !== undefined) fitted[name] = one;
  }
  const isWhole = plan.required.every((name) => fitted[name] !== undefined);
  return isWhole && Object.keys(fitted).length > 0 ? fitted : undefined;
}
