import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { isProblem } from '../api/problem';
import { useTexts } from '../texts/texts';
import { showNotice } from './notice';
import { problemText } from './problem-alert';

interface Action<Input, Result> {
  readonly run: (input: Input) => Promise<Result>;
  /** What is said when it is done; nothing where the page itself shows it. */
  readonly done?: (result: Result) => string;
  /** What is asked for anew. */
  readonly refresh: readonly QueryKey[];
  readonly onDone?: (result: Result) => void;
  /** Refusals that the page itself shows: no notice then. */
  readonly isShown?: (error: unknown) => boolean;
}

/** A change that somebody asks for by a click: says what came of it, and brings what is shown up to date. */
export function useAction<Input, Result>(action: Action<Input, Result>) {
  const { t } = useTexts();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: action.run,
    onSuccess: async (result) => {
      if (action.done !== undefined) showNotice(t, { message: action.done(result), color: 'teal' });
      action.onDone?.(result);
      await Promise.all(action.refresh.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
    },
    onError: (error) => {
      // The page is covered by the sign-in then, which says so.
      if (isProblem(error, 'session_ended', 'token_missing')) return;
      if (action.isShown?.(error) === true) return;
      showNotice(t, {
        title: t('common.failed'),
        message: problemText(error, t),
        color: 'red',
        autoClose: 10_000,
      });
    },
  });
}
