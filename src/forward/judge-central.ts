import { judgeAnswer, oneLine, type Judgement, type UpstreamAnswer } from './judge-answer';

/** Of a message, whoever sends it: the same would be refused again. */
const ofTheMessage = new Set(['message_refused', 'origin_invalid', 'proxy_chain_too_long']);

/**
 * What the answer of a central Gatehouse to a relay means (src/http/relay-endpoint.ts writes it). `isEcho`: nothing was
 * handed on, it was only asked whether it would be let in.
 */
export function judgeCentral(answer: UpstreamAnswer, now: Date, isEcho = false): Judgement {
  const said = gatehouseSaying(answer);
  if (said === undefined) {
    // A web server between, or a Gatehouse that is too busy to say who it is.
    return answer.status >= 200 && answer.status < 300
      ? { kind: 'down', why: 'not_glpi', detail: 'what answers there is no Gatehouse' }
      : judgeAnswer(answer, now);
  }
  if (answer.status === 200) return isEcho ? { kind: 'delivered' } : judgeVerdict(said);
  const { code, message } = said;
  const detail = oneLine(`central Gatehouse: ${code}: ${message}`);
  if (answer.status === 429 || answer.status >= 500) {
    const { status, retryAfter } = answer;
    const judged = judgeAnswer({ status, retryAfter, contentType: '', body: '' }, now);
    return ofTheMessage.has(code)
      ? { kind: 'refused', why: 'rejected', detail }
      : judged.kind === 'delivered'
        ? judged
        : { ...judged, detail };
  }
  if (ofTheMessage.has(code)) {
    return { kind: 'refused', why: answer.status === 413 ? 'too_large' : 'rejected', detail };
  }
  // Key or registration: revoked, ended, bound elsewhere. Nothing is lost of what waits.
  return { kind: 'down', why: 'credential_refused', detail };
}

function judgeVerdict({ verdict, reason, phrase }: Saying): Judgement {
  const why = oneLine(`${reason}: ${phrase}`);
  switch (verdict) {
    case 'accepted':
      return { kind: 'delivered' };
    case 'quarantined':
      return { kind: 'delivered', held: why };
    case 'refused':
      return { kind: 'refused', why: 'rejected', detail: oneLine(`central Gatehouse: ${why}`) };
    default:
      return { kind: 'down', why: 'not_glpi', detail: 'a Gatehouse of another version answers there' };
  }
}

interface Saying {
  readonly verdict: string;
  readonly reason: string;
  readonly phrase: string;
  readonly code: string;
  readonly message: string;
}

function gatehouseSaying({ body }: UpstreamAnswer): Saying | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body ?? '');
  } catch {
    // Not silent: what cannot be read is judged by the caller.
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { service, verdict, reason, phrase, error } = parsed as Record<string, unknown>;
  if (service !== 'gatehouse') return undefined;
  const { code, message } = (error ?? {}) as Record<string, unknown>;
  return {
    verdict: text(verdict),
    reason: text(reason),
    phrase: text(phrase),
    code: text(code),
    message: text(message),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 200) : '';
}
