import type { JsonValue } from '../../domain/inventory';

/** One readable change: a row that came or went, or fields of a row that now say something else. */
export interface Difference {
  readonly section: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** What a person would call the row, e.g. the name of a software; empty for sections of one row. */
  readonly row: string;
  /** Of a row that came or went: what it is, e.g. `8192 MB Kingston DDR4`, where that says more than `row`. */
  readonly text?: string;
  /** Of a row that changed. */
  readonly fields?: readonly FieldDifference[];
  /** It changed again and again: what it does next is left out until it has been still for a while. */
  readonly isRestless?: true;
}

export interface FieldDifference {
  readonly field: string;
  readonly before: JsonValue | null;
  readonly after: JsonValue | null;
}
