import { Card, Text } from '@mantine/core';
import classes from './figure.module.css';

interface FigureProps {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
  readonly isUrgent?: boolean;
}

/** One number with what it counts. */
export function Figure({ value, label, hint, isUrgent = false }: FigureProps) {
  return (
    <Card withBorder padding="md" h="100%" className={classes.figure} data-urgent={isUrgent || undefined}>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text fz={30} fw={680} lh={1.2}>
        {value}
      </Text>
      <Text size="xs" c="dimmed" mih="1.4em">
        {hint}
      </Text>
    </Card>
  );
}
