import type { Agreement, Comparison, Factor, Holdings } from './comparison';

/** What a row says of one asset: it is the submission's device, it is not, or the two contradict each other. */
export type Judgement = 'same' | 'different' | 'conflict';

/** Circumstances that a row may be limited to. */
export type Condition =
  | 'virtual-machine'
  | 'certificate'
  | 'numbers-known'
  | 'only-discovered'
  | 'address-only'
  | 'name-only'
  | 'other-agentid'
  | 'same-agentid'
  | 'no-other-card';

export interface Row {
  readonly pattern: readonly string[];
  readonly judgement: Judgement;
  /** Short name of the rule, shown to admins. */
  readonly rule: string;
  readonly only: Condition | undefined;
}

export interface DecisionTable {
  (comparison: Comparison, conditions: ReadonlySet<Condition>): Row;
  readonly rows: readonly Row[];
}

/** `=` equal, `x` differs, `?` unknown, `!` not equal, `~` not different, `.` whatever. */
const agreementMarks: Readonly<Record<string, readonly Agreement[]>> = {
  '=': ['equal'],
  x: ['differs'],
  '?': ['unknown'],
  '!': ['differs', 'unknown'],
  '~': ['equal', 'unknown'],
  '.': ['equal', 'differs', 'unknown'],
};
const holdingMarks: Readonly<Record<string, readonly Holdings[]>> = {
  g: ['gone'],
  c: ['come'],
  l: ['level'],
  '.': ['gone', 'come', 'level', 'mixed'],
};

export function row(pattern: string, judgement: Judgement, rule: string, only?: Condition): Row {
  return { pattern: pattern.split(' '), judgement, rule, only };
}

/** The row, and the same row with its first two columns exchanged. */
export function eitherWay(
  pattern: string,
  judgement: Judgement,
  rule: string,
  only?: Condition,
): readonly Row[] {
  const [first = '', second = '', ...rest] = pattern.split(' ');
  return [
    row(pattern, judgement, rule, only),
    row([second, first, ...rest].join(' '), judgement, rule, only),
  ];
}

/**
 * A table read from the top: the first row whose marks all fit decides. Throws when a pattern is not well formed or,
 * later, when no row fits: both are faults of the table.
 */
export function decisionTable(
  columns: readonly (Factor | 'holdings')[],
  rows: readonly Row[],
): DecisionTable {
  for (const { pattern, rule } of rows) {
    const isRight = (mark: string, i: number): boolean => mark in marksOf(columns[i] ?? 'holdings');
    if (pattern.length !== columns.length || !pattern.every(isRight))
      throw new Error(`malformed row: ${rule}`);
  }
  const decide = (comparison: Comparison, conditions: ReadonlySet<Condition>): Row => {
    const fitting = rows.find(
      ({ pattern, only }) =>
        (only === undefined || conditions.has(only)) &&
        columns.every((column, i) => marksOf(column)[pattern[i] ?? '']?.includes(comparison[column])),
    );
    if (fitting === undefined) throw new Error('no row of the decision table fits');
    return fitting;
  };
  return Object.assign(decide, { rows });
}

function marksOf(column: Factor | 'holdings'): Readonly<Record<string, readonly string[]>> {
  return column === 'holdings' ? holdingMarks : agreementMarks;
}
