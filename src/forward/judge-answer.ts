/**
 * What an answer of the upstream means. GLPI answers 200 also in maintenance, when inventory is disabled and when its
 * database is down: only the type and the body tell (measured on GLPI 10.0.16).
 */
export type Judgement =
  /** `held`: a central Gatehouse keeps it for an admin to decide; why. */
  | { readonly kind: 'delivered'; readonly held?: string }
  /** Never as it is: the same bytes would be refused again. */
  | { readonly kind: 'refused'; readonly why: RefusedWhy; readonly detail: string }
  /** This one failed, perhaps after it was stored: again later, so many times. */
  | { readonly kind: 'failed'; readonly why: FailedWhy; readonly detail: string }
  /** Nothing would get through now: it costs the inventory nothing. */
  | {
      readonly kind: 'down';
      readonly why: DownWhy;
      readonly detail: string;
      /** What the upstream asked for, in ms. */
      readonly retryAfterMs?: number | undefined;
    };

export const refusedWhys = ['schema', 'too_large', 'rejected'] as const;
export const failedWhys = ['server_error', 'answer_unreadable', 'answer_cut', 'timeout', 'pending'] as const;
export const downWhys = [
  'unreachable',
  'tls',
  'unavailable',
  'overloaded',
  'maintenance',
  'inventory_disabled',
  'database_down',
  'credential_refused',
  'wrong_url',
  'not_glpi',
  'loop',
] as const;

export type RefusedWhy = (typeof refusedWhys)[number];
export type FailedWhy = (typeof failedWhys)[number];
export type DownWhy = (typeof downWhys)[number];
export type TroubleWhy = RefusedWhy | FailedWhy | DownWhy;

/** An answer as it came; its body already inflated, cut at `maxAnswerBytes`. */
export interface UpstreamAnswer {
  readonly status: number;
  /** Lower case, without parameters; '' when there is none. */
  readonly contentType: string;
  /** Undefined: it was labelled as compressed and is not. */
  readonly body: string | undefined;
  readonly retryAfter: string | undefined;
}

/** Longest detail that is kept, in characters. Answers of GLPI echo what was sent, so little of them is. */
export const maxDetailLength = 200;
/** However long the upstream asks to wait. */
export const maxRetryAfterMs = 60 * 60_000;

export function judgeAnswer(answer: UpstreamAnswer, now: Date): Judgement {
  const { status, body = '' } = answer;
  const said = sayingOf(answer);
  if (status >= 200 && status < 300) return judgeSuccess(answer, said);
  if (status >= 300 && status < 400) return down('wrong_url', `redirects (${status}); it is never followed`);
  switch (status) {
    case 400:
    case 422:
      return said === undefined
        ? down('not_glpi', `status ${status} with an answer that no GLPI gives`)
        : refused(/Query|Protocol/.test(said.message) ? 'rejected' : 'schema', said.message);
    case 401:
    case 407:
      return down('credential_refused', detailOf(status, said));
    case 403:
      return down(
        /disabled/i.test(body) ? 'inventory_disabled' : 'credential_refused',
        detailOf(status, said),
      );
    case 404:
    case 405:
    case 410:
    case 501:
      return down('wrong_url', detailOf(status, said));
    case 408:
      return failed('timeout', 'the web server before GLPI did not wait for all of it (status 408)');
    case 413:
      return refused('too_large', 'larger than the web server before GLPI takes (status 413)');
    case 415:
      return refused('rejected', detailOf(status, said));
    case 429:
      return { ...down('overloaded', detailOf(status, said)), retryAfterMs: waitOf(answer, now) };
    case 502:
    case 503:
    case 504:
      return { ...down('unavailable', detailOf(status, said)), retryAfterMs: waitOf(answer, now) };
    case 508:
      return down('loop', detailOf(status, said));
    default:
      return status >= 500
        ? { kind: 'failed', why: 'server_error', detail: detailOf(status, said) }
        : refused('rejected', detailOf(status, said));
  }
}

/** What GLPI or an agent's server says, in either dialect. */
interface Saying {
  readonly isOk: boolean;
  readonly isPending: boolean;
  readonly message: string;
}

function judgeSuccess(answer: UpstreamAnswer, said: Saying | undefined): Judgement {
  const { status, body } = answer;
  if (body === undefined) return failed('answer_unreadable', 'labelled as compressed, and is not');
  if (said?.isOk === true) return { kind: 'delivered' };
  if (said?.isPending === true) return failed('pending', 'put off by the upstream');
  if (said !== undefined) return refused('rejected', said.message);
  if (isDialect(answer.contentType) && /^\s*[{<[]/.test(body)) {
    return failed('answer_cut', `status ${status}, the answer ends before its end`);
  }
  if (body.trim() === '' && isDialect(answer.contentType)) return failed('answer_cut', 'the answer is empty');
  return judgePage(body);
}

/** Pages for people instead of an answer for agents. */
function judgePage(body: string): Judgement {
  if (/Inventory is disabled/i.test(body))
    return down('inventory_disabled', 'GLPI says: Inventory is disabled');
  if (/maintenance/i.test(body)) return down('maintenance', 'GLPI shows its maintenance page');
  if (/My?sql Error|database server|link to the SQL server/i.test(body)) {
    return down('database_down', 'GLPI cannot reach its database');
  }
  return down('not_glpi', 'a page for people instead of an answer for agents');
}

function isDialect(contentType: string): boolean {
  return /^application\/(json|xml|x-(compress-)?(zlib|gzip|deflate))$|^text\/xml$/.test(contentType);
}

function sayingOf({ contentType, body }: UpstreamAnswer): Saying | undefined {
  if (body === undefined || !isDialect(contentType)) return undefined;
  const start = body.trimStart();
  return start.startsWith('{') ? jsonSaying(start) : xmlSaying(start);
}

function jsonSaying(text: string): Saying | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // Not silent: what cannot be read is judged by the caller.
    return undefined;
  }
  const { status, RESPONSE: response, message } = parsed as Record<string, unknown>;
  if (typeof status !== 'string' && typeof response !== 'string') return undefined;
  return {
    isOk: status === 'ok' || response === 'SEND',
    isPending: status === 'pending',
    message: oneLine(typeof message === 'string' ? message : ''),
  };
}

/** Two forms that GLPI writes; anything else in it is of no interest here. */
function xmlSaying(text: string): Saying | undefined {
  if (!/<\/REPLY>\s*$/.test(text)) return undefined;
  const message = /<ERROR>([^<]*)<\/ERROR>/.exec(text)?.[1];
  return {
    isOk: text.includes('<RESPONSE>SEND</RESPONSE>'),
    isPending: false,
    message: oneLine(message ?? ''),
  };
}

/** What violates a schema is named before a colon; what was sent follows it, and is not kept. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, maxDetailLength);
}

function detailOf(status: number, said: Saying | undefined): string {
  return said === undefined || said.message === '' ? `status ${status}` : `status ${status}: ${said.message}`;
}

function refused(why: RefusedWhy, detail: string): Judgement {
  return { kind: 'refused', why, detail: oneLine(detail) };
}

function failed(why: FailedWhy, detail: string): Judgement {
  return { kind: 'failed', why, detail: oneLine(detail) };
}

function down(why: DownWhy, detail: string) {
  return { kind: 'down', why, detail: oneLine(detail) } as const;
}

function waitOf({ retryAfter }: UpstreamAnswer, now: Date): number | undefined {
  if (retryAfter === undefined) return undefined;
  const ms = /^\d{1,6}$/.test(retryAfter)
    ? Number(retryAfter) * 1000
    : Date.parse(retryAfter) - now.getTime();
  return Number.isFinite(ms) && ms > 0 ? Math.min(ms, maxRetryAfterMs) : undefined;
}
