import type { AdminDeps, Caller } from '../../admin/admin-deps';
import type { Explain } from '../../admin/explain';
import type { HeldPipeline } from '../../admin/held-pipeline';
import type { OidcSignIn } from '../../admin/oidc';
import type { Rematcher } from '../../admin/rematcher';
import type { EffectiveSettings } from '../../admin/settings';
import type { SessionRules, SignInPlace } from '../../admin/sessions';
import type { ProbeDeps } from '../../admin/upstream';
import type { ProblemCode } from '../../domain/problem';
import type { Role } from '../../domain/role';

/** What the routes need beyond the use cases. */
export interface RouteDeps extends AdminDeps, ProbeDeps {
  readonly explain: Explain;
  readonly held: HeldPipeline;
  readonly rematcher: Rematcher;
  readonly sessionRules: SessionRules;
  readonly agentsSilentDays: number;
  readonly effectiveSettings: EffectiveSettings;
  /** Undefined: the console takes admin tokens only. */
  readonly oidc?: OidcSignIn | undefined;
}

export interface RouteInput<Query, Body> {
  /** The variable part of the path, as text of the caller's choice; '' when the path has none. */
  readonly id: string;
  /** The second one. */
  readonly part: string;
  readonly query: Query;
  readonly body: Body;
  /** Where the request came from. */
  readonly from: SignInPlace;
}

export type Method = 'get' | 'post' | 'patch' | 'delete';

/** One operation: how it is reached, what goes in and out, and the use case it calls. Also its documentation. */
export interface AdminRoute {
  readonly method: Method;
  /** As OpenAPI writes it, e.g. `/entities/{id}`; at most two variable parts. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  /** Names of schemas in schemas/admin. */
  readonly query?: string;
  readonly body?: string;
  readonly status: 200 | 201 | 204;
  readonly answer?: string;
  /** Schema of one item, when the answer is a page; such lists are exported as CSV too. */
  readonly item?: string;
  /** Least role that may do it. Left out: viewer for what only reads (GET), admin for everything else. */
  readonly role?: Role;
  /** It concerns every entity: no token that is limited to a subtree may do it. */
  readonly wholeInstance?: true;
  /** Its answer holds a secret that is shown this once. */
  readonly showsSecret?: true;
  /** Of a POST: path of the operation that reads what it changes, so that If-Match can name its version. */
  readonly changes?: string;
  /** A list of events: whoever accepts text/event-stream gets them as they happen. */
  readonly stream?: true;
  /** `run` gives an AsyncIterable of text: lines of JSON, each of the schema named. */
  readonly lines?: true;
  /** Asks for no token: it says what anybody may know. */
  readonly open?: true;
  /** `starts`: asks for no token, `run` gives a StartedSession. `ends`: the cookie is taken back. */
  readonly session?: 'starts' | 'ends';
  /** Beyond those that every operation may give. */
  readonly problems: readonly ProblemCode[];
  readonly run: (deps: RouteDeps, caller: Caller, input: RouteInput<unknown, unknown>) => Promise<unknown>;
}

type Definition<Query, Body> = Omit<AdminRoute, 'run'> & {
  readonly run: (deps: RouteDeps, caller: Caller, input: RouteInput<Query, Body>) => Promise<unknown>;
};

export function roleOf({ role, method }: Pick<AdminRoute, 'role' | 'method'>): Role {
  return role ?? (method === 'get' ? 'viewer' : 'admin');
}

/** Every problem that the operation may answer with. */
export function problemCodesOf(one: AdminRoute): ProblemCode[] {
  const isLimited = roleOf(one) !== 'viewer' || one.wholeInstance === true;
  return [
    ...new Set<ProblemCode>([
      ...one.problems,
      ...(isLimited ? (['role_insufficient'] as const) : []),
      ...(one.method === 'get' ? [] : (['precondition_failed'] as const)),
      ...(isOnce(one) ? idempotencyProblems(one) : []),
      ...commonProblems,
    ]),
  ];
}

/** Takes an Idempotency-Key: it creates something, or a secret that the answer alone shows. */
export function isOnce({ status, session, showsSecret }: AdminRoute): boolean {
  return (status === 201 && session === undefined) || showsSecret === true;
}

function idempotencyProblems({ showsSecret }: AdminRoute): ProblemCode[] {
  return ['idempotency_mismatch', ...(showsSecret === true ? (['idempotency_replayed'] as const) : [])];
}

/** The types are those of the schemas named: nothing reaches `run` that they did not let pass. */
export function route<Query = unknown, Body = unknown>(definition: Definition<Query, Body>): AdminRoute {
  return definition as AdminRoute;
}

/** A list: its page schema is `<item>Page`. */
export function list<Query>(
  path: string,
  item: string,
  query: string,
  about: Pick<AdminRoute, 'operationId' | 'summary' | 'role' | 'wholeInstance' | 'stream'> & {
    readonly problems?: readonly ProblemCode[];
  },
  run: Definition<Query, unknown>['run'],
): AdminRoute {
  return route<Query>({
    ...about,
    method: 'get',
    path,
    query,
    status: 200,
    answer: `${item}Page`,
    item,
    problems: about.problems ?? [],
    run,
  });
}

/** Faults of a body that every operation with one may answer. */
export const bodyProblems = [
  'body_invalid',
  'body_malformed',
  'body_too_large',
  'body_type_unsupported',
] as const satisfies readonly ProblemCode[];

/** What any operation may answer. */
export const commonProblems = [
  'token_missing',
  'token_refused',
  'session_ended',
  'csrf_refused',
  'too_many_attempts',
  'query_invalid',
  'database_unavailable',
  'internal',
] as const satisfies readonly ProblemCode[];
