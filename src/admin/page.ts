import { Problem } from '../domain/problem';

export const defaultPageItems = 50;
export const maxPageItems = 500;
/** A sender of 255 four-byte characters, quoted and in base64, stays below. */
export const maxCursorLength = 3000;

export interface PageRequest {
  /** 1 to `maxPageItems`; default `defaultPageItems`. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly after?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Null on the last page. */
  readonly next: string | null;
}

/** Where the page before ended, or the complaint that the cursor is none of this list's. */
export function readCursor(
  list: string,
  request: PageRequest,
  shapes: readonly RegExp[],
): readonly string[] | undefined {
  if (request.after === undefined) return undefined;
  const parts = parseCursor(request.after);
  const [name, ...position] = parts;
  const isGood =
    name === list &&
    position.length === shapes.length &&
    shapes.every((shape, place) => shape.test(position[place] ?? ''));
  if (isGood) return position;
  throw new Problem('query_invalid', 'The cursor is not one that this list gave.', [
    { field: 'after', message: 'must be `next` of a page of this list' },
  ]);
}

function parseCursor(text: string): string[] {
  if (text.length > maxCursorLength || !/^[\w-]+$/.test(text)) return [];
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) && value.every((part) => typeof part === 'string') ? value : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/**
 * Makes a page of `limit + 1` rows: the one too many tells that there is a next page and is left out.
 * `positionOf` gives what the next page starts after.
 */
export function pageOf<R, T>(
  list: string,
  request: PageRequest,
  rows: readonly R[],
  positionOf: (row: R) => readonly string[],
  view: (row: R) => T,
): Page<T> {
  const shown = rows.slice(0, limitOf(request));
  const last = shown.at(-1);
  const isMore = rows.length > shown.length && last !== undefined;
  const next = isMore ? Buffer.from(JSON.stringify([list, ...positionOf(last)])).toString('base64url') : null;
  return { items: shown.map(view), next };
}

export function limitOf(request: PageRequest): number {
  return Math.min(request.limit ?? defaultPageItems, maxPageItems);
}

export const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const idShape = /^[0-9A-Za-z]{1,64}$/;
export const timeShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** What PostgreSQL can hold: no NUL. */
// eslint-disable-next-line no-control-regex
export const textShape = /^[^\u0000]{0,600}$/;
