/** SQLSTATE of unique and foreign key violations. */
const codes = new Set(['23505', '23503']);

/** Name of the unique or foreign key constraint that a statement broke; undefined for every other error. */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('constraint' in error)) return undefined;
  const { code, constraint } = error;
  return typeof code === 'string' && codes.has(code) && typeof constraint === 'string'
    ? constraint
    : undefined;
}
