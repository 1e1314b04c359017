import { ActionIcon, Badge, Button } from '@mantine/core';
import { FunnelIcon, XMarkIcon } from '@heroicons/react/24/outline';
import { type ReactNode, useId, useState } from 'react';
import { useTexts } from '../texts/texts';
import classes from './filter-bar.module.css';

interface FilterBarProps {
  /** That are set. */
  readonly filters: object;
  readonly onClear: () => void;
  readonly children: ReactNode;
}

/** Set together with another one. */
const companions = new Set(['recursive']);

/** In one line where there is room; behind a button where they would push the list out of sight. */
export function FilterBar({ filters, onClear, children }: FilterBarProps) {
  const { t } = useTexts();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const count = Object.keys(filters).filter((name) => !companions.has(name)).length;
  return (
    <div className={classes.bar}>
      <Button
        hiddenFrom="md"
        variant="default"
        leftSection={<FunnelIcon width={18} />}
        rightSection={count === 0 ? null : <Badge circle>{count}</Badge>}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => {
          setOpen(!isOpen);
        }}
      >
        {t('common.filters')}
      </Button>
      <div id={id} className={classes.fields} data-open={isOpen || undefined}>
        {children}
      </div>
      {count === 0 ? null : (
        <ActionIcon
          size={30}
          variant="subtle"
          aria-label={t('common.clearFilters')}
          title={t('common.clearFilters')}
          onClick={onClear}
        >
          <XMarkIcon width={18} />
        </ActionIcon>
      )}
    </div>
  );
}
