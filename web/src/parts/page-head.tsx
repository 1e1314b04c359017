import { Box, Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';

interface PageHeadProps {
  readonly title: string;
  /** What is shown instead of the title's text, e.g. with a badge. */
  readonly heading?: ReactNode;
  readonly about?: ReactNode;
  readonly actions?: ReactNode;
}

/** Top of each page: its name, also for the tab of the browser, one line about it, and what can be done. */
export function PageHead({ title, heading, about, actions }: PageHeadProps) {
  useEffect(() => {
    document.title = `${title} · Gatehouse`;
  }, [title]);
  return (
    <Group justify="space-between" align="flex-start" mb="lg" gap="sm">
      <Box miw={0} flex="1 1 260px">
        <Title order={1}>{heading ?? title}</Title>
        {about === undefined ? null : (
          <Text c="dimmed" mt={4} size="sm" component="div">
            {about}
          </Text>
        )}
      </Box>
      {actions === undefined ? null : <Group gap="xs">{actions}</Group>}
    </Group>
  );
}
