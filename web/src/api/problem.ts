import type { components } from './openapi';

type Problem = components['schemas']['Problem'];

export interface ProblemFacts {
  /** Of docs/admin-api.md; `unreachable` where no answer came at all. */
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly { readonly field: string; readonly message: string }[];
}

/** A refusal of the API. Its detail is meant for the person who asked. */
export class ApiProblem extends Error {
  readonly facts: ProblemFacts;

  constructor(facts: ProblemFacts) {
    super(facts.detail);
    this.name = 'ApiProblem';
    this.facts = facts;
  }
}

export function problemOf(body: unknown, status: number): ApiProblem {
  const { code = 'internal', detail = '', errors = [] } = (body ?? {}) as Partial<Problem>;
  return new ApiProblem({ code, status, detail, errors });
}

export function isProblem(error: unknown, ...codes: readonly string[]): error is ApiProblem {
  return error instanceof ApiProblem && (codes.length === 0 || codes.includes(error.facts.code));
}

/** Faults of single fields, by their path in a form: `/rules/0/tag` is `rules.0.tag`. */
export function fieldErrorsOf(error: unknown): Record<string, string> {
  if (!isProblem(error)) return {};
  return Object.fromEntries(
    error.facts.errors.map(({ field, message }) => [field.replace(/^\//, '').replaceAll('/', '.'), message]),
  );
}
