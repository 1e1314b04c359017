import { GlpiFault } from './glpi-fault';
import type { HttpAnswer } from './http-call';

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The JSON of an answer. Judged by content type and shape, never by status alone: in maintenance, and when its database
 * is down, GLPI answers 200 with a page of HTML.
 */
export function jsonOf({ status, contentType, body }: HttpAnswer, what: string): unknown {
  if (contentType !== 'application/json') {
    throw new GlpiFault(
      'http',
      `${what}: GLPI answered ${status} with ${contentType === '' ? 'no content type' : contentType} instead of JSON.`,
      'GLPI may be in maintenance, its database away, its API disabled (Setup > General > API), or the URL another page.',
    );
  }
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    throw new GlpiFault(
      'content',
      `${what}: GLPI's answer is no JSON.`,
      'Look at the logs of GLPI and its proxy.',
    );
  }
}

export function notTheShape(what: string): GlpiFault {
  return new GlpiFault(
    'content',
    `${what}: GLPI's answer has not the form that its API gives.`,
    'Is this the version of GLPI, and the kind of API, that Gatehouse was told?',
  );
}

/** GLPI 10 gives numbers as numbers or as digits, by the driver of its database. */
export function idOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= maxId
    ? number
    : undefined;
}

/** Ids are unsigned integers of 32 bits. */
const maxId = 4_294_967_295;

/** `0-99/250` of a list, in either API. Undefined when it is missing or unreadable. */
export function totalOf(contentRange: string | undefined): number | undefined {
  const total = /^\s*\d+--?\d+\/(\d{1,9})\s*$/.exec(contentRange ?? '')?.[1];
  return total === undefined ? undefined : Number(total);
}
