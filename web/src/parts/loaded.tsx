import { Skeleton, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ProblemAlert } from './problem-alert';

interface LoadedProps<Data> {
  readonly query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'refetch'>;
  readonly children: (data: Data) => ReactNode;
  /** What stands there until it is there. */
  readonly waiting?: ReactNode;
}

/** What a query gave, or why it did not. */
export function Loaded<Data>({ query, children, waiting }: LoadedProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) return <ProblemAlert error={query.error} retry={() => void query.refetch()} />;
  return waiting ?? <Bones />;
}

function Bones() {
  return (
    <Stack gap="xs" aria-hidden>
      <Skeleton height={18} width="40%" />
      <Skeleton height={18} />
      <Skeleton height={18} width="80%" />
    </Stack>
  );
}
