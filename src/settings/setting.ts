import { text, type Kind } from './setting-kinds';

export interface Setting<T> {
  /** Of the environment variable. */
  readonly name: string;
  readonly kind: Kind<T>;
  /** Written as in the environment; undefined: none, or worked out when the settings are read. */
  readonly fallback: string | undefined;
  /** Where there is no fallback: what happens then. */
  readonly otherwise: string | undefined;
  /** One or two sentences for the documentation. */
  readonly description: string;
  /** Never shown. */
  readonly isSecret: boolean;
}

export function setting<T>(name: string, kind: Kind<T>, fallback: string, description: string): Setting<T> {
  return { name, kind, fallback, otherwise: undefined, description, isSecret: false };
}

export function optional<T>(
  name: string,
  kind: Kind<T>,
  otherwise: string,
  description: string,
): Setting<T | undefined> {
  return {
    name,
    kind: kind,
    fallback: undefined,
    otherwise,
    description,
    isSecret: false,
  };
}

/** Always has a value; `readSettings` works it out when it is not given. */
export function derived<T>(name: string, kind: Kind<T>, otherwise: string, description: string): Setting<T> {
  return { name, kind, fallback: undefined, otherwise, description, isSecret: false };
}

export function secret(
  name: string,
  minLength: number,
  otherwise: string,
  description: string,
): Setting<string | undefined> {
  const kind = text(`text, at least ${minLength} characters`, minLength) as Kind<string | undefined>;
  return { name, kind, fallback: undefined, otherwise, description, isSecret: true };
}
