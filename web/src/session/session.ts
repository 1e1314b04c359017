import { queryOptions, useQuery } from '@tanstack/react-query';
import { api, give, setCsrfToken } from '../api/client';
import type { components } from '../api/openapi';
import { isProblem } from '../api/problem';
import { signedInHere } from './signed-in-here';

export type Session = components['schemas']['Session'];
export type Role = Session['role'];

/** Who was signed in last: a form stays as it is when its session ends. */
let last: Session | null = null;

export const lastSession = (): Session | null => last;

function begin(session: Session): Session {
  setCsrfToken(session.csrf);
  last = session;
  return session;
}

/** Who is signed in; null: nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Session | null> => {
    if (!signedInHere.isSo()) return null;
    try {
      return begin(await give(api.GET('/session')));
    } catch (error) {
      if (isProblem(error) && error.facts.status === 401) {
        signedInHere.forget();
        return null;
      }
      throw error;
    }
  },
  staleTime: Infinity,
});

/** How people may sign in beside a token. */
export const waysQuery = queryOptions({
  queryKey: ['ways'],
  queryFn: () => give(api.GET('/session/ways')),
  staleTime: Infinity,
});

export async function signIn(token: string): Promise<Session> {
  const session = await give(api.POST('/session', { body: { token } }));
  signedInHere.note();
  return begin(session);
}

export async function signOut(): Promise<void> {
  await give(api.DELETE('/session'));
  setCsrfToken(null);
  last = null;
  signedInHere.forget();
}

const ranks: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 };

export interface Rights {
  /** True for the role and those above it. */
  readonly may: (role: Role) => boolean;
  /** The session is limited to the entity and those below it. */
  readonly limit: { readonly entityId: string; readonly entity: string } | undefined;
}

/** What may be offered. Only what is shown: the gateway asks again for each request. */
export function useRights(): Rights {
  const { data } = useQuery(sessionQuery);
  const session = data ?? last;
  const rank = session === null ? -1 : ranks[session.role];
  const entityId = session?.entityId ?? null;
  return {
    may: (role) => rank >= ranks[role],
    limit: entityId === null ? undefined : { entityId, entity: session?.entity ?? '' },
  };
}
