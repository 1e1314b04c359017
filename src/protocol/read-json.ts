import type { JsonObject, JsonValue } from '../domain/inventory';
import { passed, refused, type StageResult } from '../domain/verdict';
import { isForbiddenKey } from './forbidden-keys';
import { countJson } from './count-json';
import type { DecodeLimits } from './limits';
import { isLongerThan } from './text-size';

/** Reads a JSON object within the limits. Lists and scalars at the root are refused: no agent sends them. */
export function readJson(text: string, limits: DecodeLimits): StageResult<JsonObject> {
  const excess = countJson(text, limits);
  if (excess !== undefined) return refused('payload_too_complex', { limit: excess });
  const value = parse(storableJson(text));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refused('payload_malformed', { why: 'not a JSON object' });
  }
  return walk(value, limits) ?? passed(value);
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch (fault) {
    if (fault instanceof SyntaxError) return undefined;
    throw fault;
  }
}

/**
 * PostgreSQL's jsonb takes neither U+0000 nor half a surrogate pair. Both can only be written as escapes, which agents
 * hardly use, so the search for a backslash-u decides alone for nearly every text.
 */
function storableJson(text: string): string {
  if (!text.includes('\\u')) return text;
  return text.replace(
    /\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})|\\u(0000|d[89a-f][0-9a-f]{2})|\\[^]/gi,
    (found, _high, _low, bad: string | undefined) => (bad === undefined ? found : '\\ufffd'),
  );
}

/** One iterative walk over the whole value. Undefined when all is within the limits. */
function walk(root: JsonObject, limits: DecodeLimits): ReturnType<typeof refused> | undefined {
  let level: (JsonObject | JsonValue[])[] = [root];
  let elements = 1;
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > limits.maxDepth) return tooComplex('depth');
    const below: (JsonObject | JsonValue[])[] = [];
    for (const node of level) {
      const count = Array.isArray(node) ? visitList(node, limits, below) : visitObject(node, limits, below);
      if (typeof count === 'string') {
        return count === 'forbidden key' ? refused('payload_malformed', { why: count }) : tooComplex(count);
      }
      elements += count;
      if (elements > limits.maxElements) return tooComplex('elements');
    }
    level = below;
  }
  return undefined;
}

type Breach = 'forbidden key' | 'list' | 'text';

function visitList(
  list: JsonValue[],
  limits: DecodeLimits,
  below: (JsonObject | JsonValue[])[],
): number | Breach {
  if (list.length > limits.maxListLength) return 'list';
  for (const value of list) {
    if (typeof value === 'string') {
      if (isLongerThan(value, limits.maxTextBytes)) return 'text';
    } else if (typeof value === 'object' && value !== null) below.push(value);
  }
  return list.length;
}

function visitObject(
  node: JsonObject,
  limits: DecodeLimits,
  below: (JsonObject | JsonValue[])[],
): number | Breach {
  let count = 0;
  // for-in is twice as fast as Object.keys; nothing is inherited, JSON.parse makes own keys only.
  for (const key in node) {
    count++;
    if (isForbiddenKey(key)) return 'forbidden key';
    if (isLongerThan(key, limits.maxTextBytes)) return 'text';
    const value = node[key];
    if (typeof value === 'string') {
      if (isLongerThan(value, limits.maxTextBytes)) return 'text';
    } else if (typeof value === 'object' && value !== null) below.push(value);
  }
  return count;
}

function tooComplex(limit: string): ReturnType<typeof refused> {
  return refused('payload_too_complex', { limit });
}
