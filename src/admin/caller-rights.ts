import { Problem } from '../domain/problem';
import { mayActAs, type Role } from '../domain/role';
import type { Caller } from './admin-deps';

/** Throws Problem `role_insufficient`. */
export function requireRole({ token }: Caller, needed: Role): void {
  if (token === undefined || mayActAs(token.role, needed)) return;
  throw new Problem(
    'role_insufficient',
    `This needs a token with the role ${needed}; yours is ${token.role}.`,
  );
}

/** For what concerns every entity of the instance. Throws Problem `role_insufficient`. */
export function requireWholeInstance({ token }: Caller): void {
  if (token === undefined || token.entityId === null) return;
  throw new Problem(
    'role_insufficient',
    'This concerns the whole instance: it needs a token that is not limited to an entity.',
  );
}
