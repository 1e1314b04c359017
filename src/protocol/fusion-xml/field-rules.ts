import type { JsonValue } from '../../domain/inventory';

/** Turns a field's value into what the inventory format asks for; undefined when it cannot be. */
export type Cast = (value: JsonValue) => JsonValue | undefined;

export interface FieldRule {
  /** Key in the inventory format, when it differs. A field that already has that key wins. */
  readonly to?: string;
  /** `drop`: the inventory format has no such field, or another meaning for it. */
  readonly cast: Cast | 'drop';
}

export type FieldRules = ReadonlyMap<string, FieldRule>;

export const drop: FieldRule = { cast: 'drop' };
export const asIs: Cast = (value) => value;

export function as(to: string, cast: Cast = asIs): FieldRule {
  return { to, cast };
}

/** Table of a section: key → cast or rule. */
export function fields(table: Readonly<Record<string, Cast | FieldRule>>): FieldRules {
  return new Map(
    Object.entries(table).map(([key, rule]) => [key, typeof rule === 'function' ? { cast: rule } : rule]),
  );
}

/** The same rule for several keys, to be spread into a table. */
export function each<T extends Cast | FieldRule>(keys: string, rule: T): Record<string, T> {
  return Object.fromEntries(keys.split(' ').map((key) => [key, rule]));
}
