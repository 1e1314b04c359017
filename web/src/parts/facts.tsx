import { DataList } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './facts.module.css';

export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
}

/** What is known of one thing, name by name. */
export function Facts({
  facts,
  labelWidth = 150,
}: {
  readonly facts: readonly Fact[];
  readonly labelWidth?: number;
}) {
  return (
    <DataList size="sm" gap="xs" labelWidth={labelWidth}>
      {facts.map(({ label, value }) => (
        <DataList.Item key={label} className={classes.fact}>
          <DataList.ItemLabel c="dimmed">{label}</DataList.ItemLabel>
          <DataList.ItemValue className={classes.value}>{value}</DataList.ItemValue>
        </DataList.Item>
      ))}
    </DataList>
  );
}
