import { createHash } from 'node:crypto';

/** What a row of the audit log says. `at` is ISO 8601 in UTC with milliseconds. */
export interface AuditEntry {
  /** Place in the chain, from 1 on without a gap. */
  readonly seq: number;
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** What the first entry of a chain follows. */
export const chainStart = '0'.repeat(64);

/** As in RFC 8785: no blanks, names in the order of their UTF-16 units. `value` must be what JSON.parse gives. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}

/** The text that an entry's hash covers. */
export function entryText({ seq, id, at, actor, action, object, detail }: AuditEntry): string {
  return canonicalJson({ seq, id, at, actor, action, object, detail });
}

/** SHA-256, in hex, over the hash before (as 64 hex digits) and the entry's text. docs/audit.md tells it to others. */
export function hashAfter(previous: string, text: string): string {
  return createHash('sha256').update(previous).update(text).digest('hex');
}
