import { createRootRoute, createRoute, Outlet, redirect } from '@tanstack/react-router';
import { NotFound, NotFoundPage } from './layout/not-found';
import { Shell } from './layout/shell';
import { queryClient } from './query-client';
import { textSearch } from './search-parameters';
import { sessionQuery } from './session/session';
import { SignInPage } from './session/sign-in-page';

export const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage });

export const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: textSearch('to', 'ended', 'problem'),
  component: SignInPage,
});

/** Everything behind the sign-in. */
export const console_ = createRoute({
  getParentRoute: () => root,
  id: 'console',
  beforeLoad: async ({ location }) => {
    const session = await queryClient.query({ ...sessionQuery, staleTime: 'static' });
    if (session === null) throw redirect({ to: '/sign-in', search: { to: location.href }, replace: true });
  },
  component: Shell,
  notFoundComponent: NotFound,
});
