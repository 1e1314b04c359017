import createClient, { type Middleware } from 'openapi-fetch';
import type { paths } from './openapi';
import { ApiProblem, problemOf } from './problem';

/** Set by the session: goes with every request that may change something. */
let csrf: string | null = null;

export function setCsrfToken(token: string | null): void {
  csrf = token;
}

const withCsrf: Middleware = {
  onRequest({ request }) {
    if (csrf !== null && request.method !== 'GET') request.headers.set('X-CSRF-Token', csrf);
    return request;
  },
};

/** The documented admin API, and nothing else: paths, queries, bodies and answers are typed by its own description. */
export const api = createClient<paths>({ baseUrl: '/api/v1' });
api.use(withCsrf);

interface Answered<Data> {
  readonly data?: Data | undefined;
  readonly error?: unknown;
  readonly response: Response;
}

/** What may be changed, with the version that `If-Match` names: nobody's change is overwritten unseen. */
export interface Versioned<Data> {
  readonly data: Data;
  readonly version: string;
}

export async function giveVersioned<Data>(asked: Promise<Answered<Data>>): Promise<Versioned<Data>> {
  const data = await give(asked);
  const { response } = await asked;
  return { data, version: response.headers.get('etag') ?? '' };
}

/** What the request gave. Throws ApiProblem for every refusal, and for a gateway that cannot be reached. */
export async function give<Data>(asked: Promise<Answered<Data>>): Promise<Data> {
  const { data, error, response } = await asked.catch((fault: unknown) => {
    throw new ApiProblem({ code: 'unreachable', status: 0, detail: String(fault), errors: [] });
  });
  if (!response.ok) throw problemOf(error, response.status);
  return data as Data;
}
