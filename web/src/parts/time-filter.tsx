import { Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTexts } from '../texts/texts';
import classes from './time-filter.module.css';

interface Period {
  readonly since?: string | undefined;
  readonly before?: string | undefined;
}

interface TimeFilterProps {
  readonly value: Period;
  readonly onChange: (change: Period) => void;
}

/** From the beginning of a day, and up to the beginning of another one. */
export function TimeFilter({ value, onChange }: TimeFilterProps) {
  const { t } = useTexts();
  return (
    <>
      <DayField
        label={t('common.from')}
        value={value.since}
        onChange={(since) => {
          onChange({ since });
        }}
      />
      <DayField
        label={t('common.before')}
        value={value.before}
        onChange={(before) => {
          onChange({ before });
        }}
      />
    </>
  );
}

interface DayFieldProps {
  readonly label: string;
  /** Least, in pixels. */
  readonly width?: number;
  readonly value: string | undefined;
  readonly onChange: (moment: string | undefined) => void;
}

/** People choose a day where they are; the address keeps the moment, so that it says the same elsewhere. */
export function DayField({ label, width = 164, value, onChange }: DayFieldProps) {
  const [draft, setDraft] = useState<string>();
  return (
    <TextInput
      type="date"
      size="xs"
      flex={`1 1 ${width}px`}
      className={classes.day}
      data-empty={value === undefined || undefined}
      aria-label={label}
      leftSection={
        <Text size="xs" c="dimmed">
          {label}
        </Text>
      }
      leftSectionWidth={width - dayWidth}
      max="9999-12-31"
      value={draft ?? dayOf(value)}
      onChange={(event) => {
        const day = event.currentTarget.value;
        const isWhole = day === '' || day >= firstDay;
        setDraft(isWhole ? undefined : day);
        if (isWhole) onChange(day === '' ? undefined : new Date(`${day}T00:00`).toISOString());
      }}
    />
  );
}

/** Of a date with its button, in pixels. */
const dayWidth = 112;

/** Years are typed digit by digit: 0002, 0020, 0202, 2027. */
const firstDay = '2000-01-01';

function dayOf(moment: string | undefined): string {
  const date = new Date(moment ?? '');
  if (Number.isNaN(date.getTime())) return '';
  const part = (number: number): string => String(number).padStart(2, '0');
  return `${String(date.getFullYear())}-${part(date.getMonth() + 1)}-${part(date.getDate())}`;
}
