import Ajv, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import type { Response } from 'supertest';
import { loadAdminSchemas } from '../../src/admin/admin-schemas';
import { adminRoutes } from '../../src/http/admin/admin-routes';
import { linesType } from '../../src/http/admin/send-lines';
import { tableTypes } from '../../src/http/admin/send-table';
import { openApiDocument } from '../../src/http/openapi';

type Operation = Readonly<{
  operationId: string;
  responses: Record<string, { content?: Record<string, { schema: { $ref?: string } }> }>;
}>;

export const document = openApiDocument(adminRoutes, loadAdminSchemas()) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown> };
};

/** `operationId status` of every answer that was checked by this process. */
export const answersSeen = new Set<string>();

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
addFormats(ajv);
ajv.addVocabulary(['components']);
ajv.addSchema({
  $id: 'document',
  components: document.components,
});

/** Which documented operation a request is; undefined when none is meant (unknown paths, other methods). */
export function operationAt(method: string, pathAndQuery: string): Operation | undefined {
  const path = pathAndQuery.split('?')[0] ?? '';
  const found = Object.entries(document.paths).find(([template]) =>
    new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}/?$`).test(path),
  );
  return found?.[1][method === 'head' ? 'get' : method];
}

/** The answer has a status, a type and a body that the OpenAPI document announces. */
export function expectDocumented(method: string, path: string, answer: Response): void {
  const type = (answer.headers['content-type'] ?? '').split(';')[0] ?? '';
  if (answer.status >= 400) expectValid('Problem', answer.text, type, 'application/problem+json');
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(answer.headers['x-content-type-options']).toBe('nosniff');
  expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  const operation = operationAt(method, path);
  if (operation === undefined || method === 'head') return;
  answersSeen.add(`${operation.operationId} ${answer.status}`);
  const documented = operation.responses[answer.status];
  if (documented === undefined) {
    throw new Error(`${operation.operationId} does not document ${answer.status}: ${answer.text}`);
  }
  const schema = documented.content?.[type]?.schema.$ref?.split('/').at(-1);
  if (documented.content === undefined) expect(answer.text).toBe('');
  else if (Object.values(tableTypes).includes(type)) expect(documented.content).toHaveProperty([type]);
  else if (type === linesType) {
    for (const text of answer.text.trimEnd().split('\n')) {
      expectValid(schema ?? 'none', text, type, type);
    }
  } else expectValid(schema ?? 'none', answer.text, type, type);
}

function expectValid(schema: string, text: string, type: string, expectedType: string): void {
  expect(type).toBe(expectedType);
  const validate = ajv.getSchema(`document#/components/schemas/${schema}`) as ValidateFunction | undefined;
  if (validate === undefined) throw new Error(`no schema ${schema} for ${type}`);
  const body: unknown = JSON.parse(text);
  if (!validate(body)) throw new Error(`${schema}: ${ajv.errorsText(validate.errors)}\n${text}`);
}
