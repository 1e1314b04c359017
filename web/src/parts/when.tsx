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

/** Making one takes longer than all else of a row; there are as many as languages and styles. */
const relative = new Map<string, Intl.RelativeTimeFormat>();
const exact = new Map<string, Intl.DateTimeFormat>();

function made<Format>(key: string, known: Map<string, Format>, make: () => Format): Format {
  const format = known.get(key) ?? make();
  known.set(key, format);
  return format;
}

export function relativeTime(
  at: Date,
  now: Date,
  language: string,
  style: Intl.RelativeTimeFormatStyle = 'long',
): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  const format = made(`${language} ${style}`, relative, () => {
    return new Intl.RelativeTimeFormat(language, { numeric: 'auto', style });
  });
  return format.format(Math.trunc(seconds / size), unit);
}

export function exactTime(at: Date, language: string): string {
  const format = made(language, exact, () => {
    return new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
  });
  return format.format(at);
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
  const whole = exactTime(date, language);
  // A tooltip of our own for each of many rows would take half of the time that scrolling has.
  if (brief) {
    return (
      <time dateTime={at} title={whole}>
        {relativeTime(date, new Date(), language, 'short')}
      </time>
    );
  }
  return (
    <Tooltip label={whole}>
      <time dateTime={at}>{relativeTime(date, new Date(), language)}</time>
    </Tooltip>
  );
}
