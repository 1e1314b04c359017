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

export function exactDay(at: Date, language: string): string {
  const format = made(`${language} day`, exact, () => {
    return new Intl.DateTimeFormat(language, { dateStyle: 'medium' });
  });
  return format.format(at);
}
