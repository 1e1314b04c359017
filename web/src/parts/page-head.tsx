import { Group, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import classes from './page-head.module.css';

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
    <div className={classes.head}>
      <div className={classes.text}>
        <Title order={1} className={heading === undefined ? classes.title : undefined}>
          {heading ?? title}
        </Title>
        {about === undefined ? null : (
          <Text c="dimmed" mt={4} size="sm" component="div">
            {about}
          </Text>
        )}
      </div>
      {actions === undefined ? null : <Group gap="xs">{actions}</Group>}
    </div>
  );
}
