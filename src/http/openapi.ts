import { problems } from '../domain/problem';
import type { JsonSchema } from '../admin/admin-schemas';
import { isOnce, problemCodesOf, roleOf, type AdminRoute } from './admin/admin-route';
import { eventStreamType } from './admin/event-writer';
import { linesType } from './admin/send-lines';
import { tableTypes } from './admin/send-table';
import { isVersioned } from './admin/versions';
import { problemContentType } from './problem-json';

type Json = Record<string, unknown>;

/** The OpenAPI 3.1 document of the admin API, assembled from the route table and the schemas that check requests. */
export function openApiDocument(routes: readonly AdminRoute[], schemas: Record<string, JsonSchema>): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Gatehouse admin API',
      version: '1',
      description: 'Entities, registration keys, assets, submissions and quarantine of one instance.',
    },
    servers: [{ url: '/api/v1' }],
    security: [{ adminToken: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        adminToken: { type: 'http', scheme: 'bearer', bearerFormat: 'gra_…' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-gatehouse',
          description:
            'Set by POST /session; `gatehouse-session` over plain HTTP. Whatever is not GET also needs the header X-CSRF-Token.',
        },
      },
      schemas,
    },
  };
}

function operationOf(route: AdminRoute, schemas: Record<string, JsonSchema>): Json {
  const parameters = [
    ...pathParameters(route),
    ...queryParameters(route, schemas),
    ...headerParameters(route),
  ];
  return {
    operationId: route.operationId,
    summary: route.summary,
    tags: [route.path.split('/')[1]],
    ...(route.session === 'starts' || route.open === true ? { security: [] } : {}),
    // Least role of the token, and whether one that is limited to an entity will do.
    'x-role': roleOf(route),
    'x-whole-instance': route.wholeInstance === true,
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: refTo(route.body) } } } }),
    responses: { [route.status]: successOf(route), ...problemsOf(route) },
  };
}

function pathParameters(route: AdminRoute): Json[] {
  return [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

/** What makes a change conditional, and a creation safe to send again. */
function headerParameters(route: AdminRoute): Json[] {
  const header = (name: string, description: string): Json => ({
    name,
    in: 'header',
    required: false,
    schema: { type: 'string' },
    description,
  });
  const isChange =
    route.method === 'delete' ||
    route.changes !== undefined ||
    (route.method === 'patch' && isVersioned(route));
  return [
    ...(isChange && route.session === undefined
      ? [header('If-Match', 'ETag of what was read: else 412, and nothing is changed.')]
      : []),
    ...(isOnce(route)
      ? [header('Idempotency-Key', 'Of your choice: within 24 hours the same request is not done again.')]
      : []),
  ];
}

function queryParameters(route: AdminRoute, schemas: Record<string, JsonSchema>): Json[] {
  if (route.query === undefined) return [];
  const properties = (schemas[route.query]?.properties ?? {}) as Record<string, JsonSchema>;
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema,
    ...('description' in schema ? { description: schema.description } : {}),
  }));
}

function successOf(route: AdminRoute): Json {
  if (route.answer === undefined) return { description: 'Done' };
  const json = { [route.lines === true ? linesType : 'application/json']: { schema: refTo(route.answer) } };
  const events = {
    [eventStreamType]: {
      schema: { type: 'string', description: 'Each `data` is an item; Last-Event-ID resumes.' },
    },
  };
  const tables = Object.fromEntries(
    Object.values(tableTypes).map((type) => [type, { schema: { type: 'string' } }]),
  );
  const tag = { ETag: { schema: { type: 'string' }, description: 'Version, for If-Match.' } };
  return {
    ...(isVersioned(route) ? { headers: tag } : {}),
    description: route.status === 201 ? 'Created' : 'Found',
    content:
      route.item === undefined ? json : { ...json, ...tables, ...(route.stream === true ? events : {}) },
  };
}

/** One answer a status: its description names the codes. */
function problemsOf(route: AdminRoute): Record<string, Json> {
  const byStatus = Map.groupBy(problemCodesOf(route), (code) => String(problems[code].status));
  return Object.fromEntries(
    [...byStatus].map(([status, some]) => [
      status,
      {
        description: some.map((code) => `\`${code}\`: ${problems[code].title}`).join('. '),
        content: { [problemContentType]: { schema: refTo('Problem') } },
      },
    ]),
  );
}

function refTo(schema: string): Json {
  return { $ref: `#/components/schemas/${schema}` };
}
