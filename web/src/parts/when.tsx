import { Tooltip } from '@mantine/core';
import { useTexts } from '../texts/texts';
import { exactTime, relativeTime } from './time-text';

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
