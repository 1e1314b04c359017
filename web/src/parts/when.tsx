import { Tooltip } from '@mantine/core';
import { useTexts } from '../texts/texts';

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

export function relativeTime(
  at: Date,
  now: Date,
  language: string,
  style: Intl.RelativeTimeFormatStyle = 'long',
): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto', style }).format(
    Math.trunc(seconds / size),
    unit,
  );
}

export function exactTime(at: Date, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(at);
}

interface WhenProps {
  readonly at: string | null | undefined;
  readonly empty?: string;
  /** For the narrow columns of tables. */
  readonly brief?: boolean;
}

/** How long ago, and when exactly for whoever points at it. */
export function When({ at, empty, brief = false }: WhenProps) {
  const { t, language } = useTexts();
  if (at === null || at === undefined) return <span>{empty ?? t('common.never')}</span>;
  const date = new Date(at);
  return (
    <Tooltip label={exactTime(date, language)}>
      <time dateTime={at}>{relativeTime(date, new Date(), language, brief ? 'short' : 'long')}</time>
    </Tooltip>
  );
}
