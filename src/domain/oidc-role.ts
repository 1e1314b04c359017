import { roles, type Role } from './role';

/** Whoever has this value of the claim may do this much, in this entity and below. */
export interface OidcRole {
  readonly value: string;
  readonly role: Role;
  /** Id or complete name; undefined: of the whole instance. */
  readonly entity: string | undefined;
}

/** `gatehouse-admins=admin`, `helpdesk=operator@Root > France`. Undefined when it is none. */
export function readOidcRole(text: string): OidcRole | undefined {
  const [, value = '', role = '', entity] =
    /^\s*(.{1,255}?)\s*=\s*(\w+)\s*(?:@\s*(.{1,1000}?)\s*)?$/s.exec(text) ?? [];
  const known = roles.find((one) => one === role);
  return known === undefined || value === '' ? undefined : { value, role: known, entity };
}

export function oidcRoleText({ value, role, entity }: OidcRole): string {
  return `${value}=${role}${entity === undefined ? '' : `@${entity}`}`;
}

/** The first of the rows that fits what the claim holds: a text, or a list of them. */
export function oidcRoleOf(rows: readonly OidcRole[], claim: unknown): OidcRole | undefined {
  const held = Array.isArray(claim) ? claim : [claim];
  return rows.find(({ value }) => held.includes(value));
}
