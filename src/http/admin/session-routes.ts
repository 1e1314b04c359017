import { oidcSignOutPath } from '../../admin/oidc';
import { signIn, signOut, viewSession } from '../../admin/sessions';
import { bodyProblems, route, type AdminRoute } from './admin-route';

/** Signing in to the console and out of it. */
export const sessionRoutes: readonly AdminRoute[] = [
  route({
    method: 'get',
    path: '/session/ways',
    operationId: 'getSignInWays',
    summary: 'How people may sign in to the console, beside an admin token',
    open: true,
    status: 200,
    answer: 'SignInWays',
    problems: [],
    run: ({ oidc }) =>
      Promise.resolve({
        oidc: oidc === undefined ? null : { label: oidc.label, href: '/api/v1/session/oidc' },
      }),
  }),
  route({
    method: 'get',
    path: '/session',
    operationId: 'getSession',
    summary: 'Who is asking: name, role, subtree, and the CSRF token of a session',
    status: 200,
    answer: 'Session',
    problems: [],
    run: (deps, caller) =>
      viewSession(
        { ...deps, oidcSignOutHref: deps.oidc?.signsOutThere === true ? oidcSignOutPath : undefined },
        caller,
      ),
  }),
  route<unknown, { readonly token: string }>({
    method: 'post',
    path: '/session',
    operationId: 'createSession',
    summary: 'Sign in with an admin token: the answer sets the cookie of a session',
    role: 'viewer',
    session: 'starts',
    body: 'SessionCreate',
    status: 201,
    answer: 'Session',
    problems: [...bodyProblems],
    run: (deps, _caller, { body, from }) => signIn(deps, body.token, from),
  }),
  route({
    method: 'delete',
    path: '/session',
    operationId: 'deleteSession',
    summary: 'Sign out: the session of the request ends, and its cookie is taken back',
    role: 'viewer',
    session: 'ends',
    status: 204,
    problems: [],
    run: (deps, caller) => signOut(deps, caller),
  }),
];
