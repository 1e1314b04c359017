import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { Problem, type FieldError } from '../domain/problem';

/** The same place from src and from dist. */
const folder = path.resolve(__dirname, '../../schemas/admin');

export type JsonSchema = Readonly<Record<string, unknown>>;

/** Every schema of the admin API by name, as the files in schemas/admin hold them: requests and answers. */
export function loadAdminSchemas(): Record<string, JsonSchema> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return Object.assign(
    {},
    ...files
      .sort()
      .map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Record<string, JsonSchema>),
  ) as Record<string, JsonSchema>;
}

/** Most faults named in one answer. */
export const maxFieldErrors = 50;
/** Longest name of a field in an answer: callers choose names. */
const maxFieldLength = 200;

type Kind = 'body' | 'query';

const documents = {
  body: lazily(() => compilerOf(false)),
  // Everything in a query is text: numbers and booleans are read from it.
  query: lazily(() => compilerOf(true)),
};

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** Schemas refer to each other as in the OpenAPI document: `#/components/schemas/Name`. */
function compilerOf(coerceTypes: boolean): (name: string) => ValidateFunction {
  const ajv = new Ajv({ allErrors: true, coerceTypes, allowUnionTypes: true, verbose: true });
  addFormats(ajv);
  ajv.addVocabulary(['components', 'example']);
  ajv.addSchema({ $id: 'admin', components: { schemas: loadAdminSchemas() } });
  return (name) => {
    const validate = ajv.getSchema(`admin#/components/schemas/${name}`);
    if (validate === undefined) throw new Error(`there is no schema ${name}`);
    return validate as ValidateFunction;
  };
}

/**
 * Checks what a caller sent against the schema of this name and names every fault.
 * Throws Problem `body_invalid` or `query_invalid`.
 */
export function checkInput(kind: Kind, schemaName: string, input: unknown): unknown {
  const validate = documents[kind]()(schemaName);
  const copy: unknown = structuredClone(input);
  if (validate(copy)) return copy;
  const errors = withoutOtherChoices(validate.errors ?? [])
    .slice(0, maxFieldErrors)
    .map((error) => fieldError(kind, error));
  throw kind === 'body'
    ? new Problem('body_invalid', 'The request body does not have the form that is documented.', errors)
    : new Problem('query_invalid', 'A query parameter is unknown or does not have its form.', errors);
}

/**
 * Where one of several forms is allowed, ajv complains of every form. What is told is the fault of the form that was
 * meant, or, when it is none of them, which forms there are.
 */
function withoutOtherChoices(errors: readonly ErrorObject[]): ErrorObject[] {
  let left = [...errors];
  for (const choice of errors.filter(({ keyword }) => keyword === 'anyOf')) {
    const at = choice.instancePath;
    const isAboutType = (error: ErrorObject) => error.instancePath === at && error.keyword === 'type';
    const isInside = (error: ErrorObject) =>
      error !== choice && (error.instancePath === at || error.instancePath.startsWith(`${at}/`));
    const types = left.filter(isAboutType).map(({ params }) => String(params.type));
    const isOfOneForm = left.some((error) => isInside(error) && !isAboutType(error));
    left = left.filter((error) => !isAboutType(error) && !(isOfOneForm && error === choice));
    choice.message = `must be ${types.join(' or ')}`;
  }
  return left;
}

function fieldError(kind: Kind, error: ErrorObject): FieldError {
  const child: unknown = error.params.missingProperty ?? error.params.additionalProperty;
  const pointer = error.instancePath + (typeof child === 'string' ? `/${child}` : '');
  const field = kind === 'query' ? pointer.slice(1) : pointer;
  return { field: field.slice(0, maxFieldLength), message: messageOf(error) };
}

function messageOf(error: ErrorObject): string {
  if (error.keyword === 'additionalProperties') return 'is not known';
  if (error.keyword === 'required') return 'is required';
  if (error.keyword === 'pattern') {
    const { description } = (error.parentSchema ?? {}) as { description?: string };
    return description ?? 'has characters that are not allowed';
  }
  const allowed: unknown = error.params.allowedValues;
  return Array.isArray(allowed) ? `must be one of ${allowed.join(', ')}` : (error.message ?? 'is not valid');
}
