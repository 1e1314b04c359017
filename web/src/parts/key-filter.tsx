import { useQuery } from '@tanstack/react-query';
import { keysQuery } from '../api/queries';
import { ChoiceFilter } from './choice-filter';

interface KeyFilterProps {
  readonly label: string;
  readonly width: number;
  /** A kid. */
  readonly value: string | undefined;
  readonly onChange: (kid: string | undefined) => void;
}

/** Chooses one of the registration keys, by name. */
export function KeyFilter(props: KeyFilterProps) {
  const { data: keys = [] } = useQuery(keysQuery);
  return (
    <ChoiceFilter
      {...props}
      searchable
      choices={keys.map(({ kid, name }) => ({ value: kid, label: name }))}
    />
  );
}
