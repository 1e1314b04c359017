import Table from 'cli-table3';
import { terminalText } from './terminal-text';
import type { Paint } from './paint';

export interface Column<T> {
  readonly title: string;
  readonly text: (row: T) => string | number | null | undefined;
  /** Never cut: ids that people copy. */
  readonly isWhole?: boolean;
  readonly style?: (row: T) => Parameters<Paint>[0];
}

export interface Screen {
  /** Characters a line holds; undefined where nothing is cut, e.g. in a pipe. */
  readonly columns: number | undefined;
  readonly paint: Paint;
}

const gap = 2;
/** A column is not made narrower than this. */
const minColumnWidth = 6;

/** Rows for people, in lines that fit the screen. Text is made safe here, so commands need not think of it. */
export function table<T>(rows: readonly T[], columns: readonly Column<T>[], screen: Screen): string {
  const cells = rows.map((row) => columns.map(({ text }) => terminalText(String(text(row) ?? '–'))));
  const wanted = columns.map(({ title }, i) =>
    Math.max(title.length, ...cells.map((line) => displayWidth(line[i] ?? ''))),
  );
  const widths = fit(wanted, columns, screen.columns);
  const printed = new Table({
    head: columns.map(({ title }) => screen.paint('bold', title)),
    colWidths: widths.map((width) => width + gap),
    chars: noBorders,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
  });
  printed.push(
    ...cells.map((line, row) => line.map((text, i) => painted(text, rows[row], columns[i], screen))),
  );
  return printed
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function painted<T>(
  text: string,
  row: T | undefined,
  column: Column<T> | undefined,
  { paint }: Screen,
): string {
  return row === undefined || column?.style === undefined ? text : paint(column.style(row), text);
}

/** `title  text` lines of one thing, long texts on lines of their own below each other. */
export function sheet(pairs: readonly (readonly [string, unknown])[], screen: Screen): string {
  const width = Math.max(...pairs.map(([title]) => title.length)) + gap;
  return pairs
    .map(([title, value]) => {
      const lines = textsOf(value).map(terminalText);
      const first = screen.paint('dim', title.padEnd(width)) + (lines[0] ?? '–');
      return [first, ...lines.slice(1).map((line) => ' '.repeat(width) + line)].join('\n').trimEnd();
    })
    .join('\n');
}

function textsOf(value: unknown): string[] {
  if (value === null || value === undefined || value === '') return [];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  return [typeof value === 'string' ? value : JSON.stringify(value)];
}

/** Takes from the widest column until the line fits. */
function fit<T>(wanted: readonly number[], columns: readonly Column<T>[], screenWidth?: number): number[] {
  const widths = [...wanted];
  if (screenWidth === undefined) return widths;
  let excess = widths.reduce((sum, width) => sum + width + gap, 0) - screenWidth;
  while (excess > 0) {
    const candidates = widths.map((width, i) => (columns[i]?.isWhole === true ? 0 : width));
    const widest = Math.max(...candidates);
    if (widest <= minColumnWidth) break;
    const i = candidates.indexOf(widest);
    widths[i] = widest - 1;
    excess--;
  }
  return widths;
}

/** Columns that a text takes: wide letters of East Asia and emoji take two, marks none. */
function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += /\p{M}/u.test(character) ? 0 : isWide(character) ? 2 : 1;
  return width;
}

function isWide(character: string): boolean {
  return /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
    character,
  );
}

const noBorders = Object.fromEntries(
  [
    'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right',
    'left left-mid mid mid-mid right right-mid middle',
  ]
    .join(' ')
    .split(' ')
    .map((place) => [place, '']),
);
