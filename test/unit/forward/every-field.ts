import type { InventoryContent, JsonValue } from '../../../src/domain/inventory';
import type { FieldPlan } from '../../../src/ingest/validate/field-plan';
import { loadPlans } from '../../../src/ingest/validate/sections';

/** Spellings that our types let pass; a document takes one of each. */
const spellings: Readonly<Record<string, readonly string[]>> = {
  date: ['2024-02-29', '2024-02-29T01:02:03Z', '2024-02-29 01:02:03.123+02:00'],
  datetime: ['2024-02-29 01:02:03', '2024-02-29T01:02:03Z', '2024-02-29 01:02:03.123456+0200'],
  zoneOffset: ['+0100', '-0330', '+0000'],
  ipv4: ['10.0.0.1'],
  ipv6: ['fe80::1%eth0', '2001:db8::1/64', '::ffff:10.0.0.1'],
};
const anyText = ['10.0.0.1', 'fe80::1%eth0/64', 'no such word'];
const anyInteger = [-5, 0, 9_000_000_000_000_000];

/** Content with every field of our schemas filled, in several spellings: more than any agent sends. */
export function everyField(): InventoryContent[] {
  const plans = [...loadPlans()];
  return [0, 1, 2].map((turn) =>
    Object.fromEntries(plans.map(([name, plan]): [string, JsonValue] => [name, filled(plan, turn)])),
  );
}

function filled(plan: FieldPlan, turn: number): JsonValue {
  const pick = <T>(values: readonly T[]): T => values[turn % values.length] as T;
  switch (plan.kind) {
    case 'text':
      return pick(spellings[plan.typeName] ?? anyText);
    case 'integer':
      return pick(anyInteger);
    case 'boolean':
      return turn === 1;
    case 'choice':
      return pick([...new Set(plan.choices.values())]);
    case 'list':
      return [filled(plan.item, turn)];
    case 'object': {
      const fields = [...plan.fields].map(([name, field]): [string, JsonValue] => [
        name,
        filled(field, turn),
      ]);
      return Object.fromEntries(
        plan.rest === undefined ? fields : [...fields, ['tonerblack', filled(plan.rest, turn)]],
      );
    }
    case 'text-or-list':
      return turn === 1 ? filled(plan.list, turn) : filled(plan.text, turn);
  }
}
