import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { isProblem } from './api/problem';
import { sessionEnded } from './session/session-ended';

/** Asked again where that may help: a gateway that is away or busy, not a refusal. */
const isWorthRetrying = (count: number, error: unknown): boolean =>
  count < 2 && isProblem(error) && (error.facts.status === 0 || error.facts.status >= 500);

/** Whatever finds that the session is over brings up the sign-in. */
const onError = (error: unknown): void => {
  if (isProblem(error, 'token_missing', 'token_refused', 'session_ended')) sessionEnded.tell();
};

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: { queries: { staleTime: 10_000, retry: isWorthRetrying } },
});
