import type { AskedDevice, FoundItem } from './glpi-api';

/** Longest identifier that GLPI stores. */
const maxLength = 255;

/**
 * An identifier that can stand in a question to GLPI. They are words of agents: what has quotes, wildcards or control
 * characters in it is not asked for, so that no answer is about another device than the question.
 */
export function askable(value: string | null): string | undefined {
  const text = value?.trim() ?? '';
  return text !== '' && text.length <= maxLength && !/["'\\%*^$<>\p{Cc}]/u.test(text) ? text : undefined;
}

/** GLPI compares without case; an empty column is null or ''. */
export function isSame(column: unknown, asked: string | undefined): boolean {
  if (typeof column !== 'string' && column !== null && column !== undefined) return false;
  return (column ?? '').trim().toLowerCase() === (asked ?? '').toLowerCase();
}

export interface Criterion {
  readonly by: FoundItem['by'];
  readonly fields: Readonly<Record<string, string>>;
}

/** By what a device is looked for among items, the surest first: as GLPI's own rules link it. */
export function criteriaFor({ serial, uuid, name }: AskedDevice): Criterion[] {
  const [askedSerial, askedUuid, askedName] = [serial, uuid, name].map(askable);
  const criteria: Criterion[] = [];
  if (askedSerial !== undefined && askedUuid !== undefined) {
    criteria.push({ by: 'serial and uuid', fields: { serial: askedSerial, uuid: askedUuid } });
  }
  if (askedSerial !== undefined) criteria.push({ by: 'serial', fields: { serial: askedSerial } });
  else if (askedUuid !== undefined) criteria.push({ by: 'uuid', fields: { uuid: askedUuid } });
  // A name alone says nothing of a device that has better.
  else if (askedName !== undefined) criteria.push({ by: 'name', fields: { name: askedName } });
  return criteria;
}
