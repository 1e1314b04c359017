import { sql, type RawBuilder } from 'kysely';

export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** `*` stands for any run of characters, and nothing else is special. */
export const likeOf = (pattern: string): string => escapeLike(pattern).replaceAll('*', '%');

/** The column fits the pattern, without case. */
export function fits(column: string, pattern: string): RawBuilder<boolean> {
  return sql`lower(${sql.ref(column)}) LIKE ${likeOf(pattern.toLowerCase())}`;
}
