import { InvalidArgumentError } from 'commander';
import type { Page } from '../admin/page';
import type { Context } from './context';
import type { Screen } from './printing/table';
import type { Shown } from './shown';

export interface OptionRow {
  readonly flags: string;
  readonly description: string;
  readonly isRequired?: true;
  /** Throws InvalidArgumentError; `previous` is what the same option gave before. */
  readonly parse?: (text: string, previous: unknown) => unknown;
}

export interface CommandSpec<O = object> {
  /** `key create`: the group is made from the words before the last. */
  readonly name: string;
  readonly summary: string;
  /** As commander writes them: `<kid>` `[file]`. */
  readonly arguments?: readonly { readonly name: string; readonly description: string }[];
  readonly options?: readonly OptionRow[];
  readonly examples: readonly string[];
  /** Until it is stopped: nobody waits for its end. */
  readonly goesOn?: true;
  /** Undefined: has said what it had to say, and is done. */
  run(context: Context, options: O, ...args: string[]): Promise<Shown | undefined>;
}

/** Lets a command name the type of its own options; commander gives them as their parsers made them. */
export function command<O>(spec: CommandSpec<O>): CommandSpec {
  return spec as CommandSpec;
}

export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
    if (number >= min && number <= max) return number;
    throw new InvalidArgumentError(`must be a whole number from ${min} to ${max}.`);
  };
}

/** The option may be given several times, or once with commas. */
export function list(text: string, previous: unknown): string[] {
  const before = Array.isArray(previous) ? (previous as string[]) : [];
  return [...before, ...text.split(',').map((part) => part.trim())].filter((part) => part !== '');
}

/** The option may be given several times; commas are part of the text. */
export function each(text: string, previous: unknown): string[] {
  return [...(Array.isArray(previous) ? (previous as string[]) : []), text];
}

export const maxListedItems = 10_000;
const pageItems = 500;
const defaultListedItems = 50;

export const limitOption: OptionRow = {
  flags: '--limit <n>',
  description: `how many at most (default ${defaultListedItems})`,
  parse: wholeNumber(1, maxListedItems),
};

/** Page after page of a list, up to the limit. `next` is where the rest begins, as in the API. */
export async function collect<T>(
  limit: number | undefined,
  readPage: (request: { limit: number; after?: string }) => Promise<Page<T>>,
): Promise<Page<T>> {
  const wanted = limit ?? defaultListedItems;
  const items: T[] = [];
  let next: string | null = null;
  do {
    const page: Page<T> = await readPage({
      limit: Math.min(pageItems, wanted - items.length),
      ...(next === null ? {} : { after: next }),
    });
    items.push(...page.items);
    next = page.next;
  } while (next !== null && items.length < wanted);
  return { items, next };
}

/** A list for people: the table, or that there is nothing, and whether there is more. */
export function listed<T>(
  page: Page<T>,
  nothing: string,
  draw: (items: readonly T[], screen: Screen) => string,
): Shown {
  return {
    value: page,
    text: (screen) => {
      if (page.items.length === 0) return nothing;
      const more = page.next === null ? '' : `\n\nThere are more. Ask for them with --limit.`;
      return draw(page.items, screen) + more;
    },
  };
}

/** The fields that were given: use cases tell a field left out from one set to null. */
export function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
