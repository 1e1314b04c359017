import { Select, type SelectProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { entitiesQuery } from '../api/queries';

type EntitySelectProps = Omit<SelectProps, 'data' | 'searchable' | 'limit'>;

/** One entity by its complete name. */
export function EntitySelect(props: EntitySelectProps) {
  const { data: entities = [] } = useQuery(entitiesQuery);
  const data = entities
    .map(({ id, completeName }) => ({ value: id, label: completeName }))
    .toSorted((one, other) => one.label.localeCompare(other.label));
  return <Select {...props} searchable limit={100} data={data} />;
}
